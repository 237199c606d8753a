import type { Journal } from './journal.ts'

/** The users that log in in turn; their passwords are their names. */
export const USERS = ['alice', 'bob'] as const

interface Login {
  user: string
  from: number
  until: number
}

/** Who is logged in when. All tabs share the session, so a change takes hold in all of them. */
export class Logins {
  readonly #logins: Login[] = []
  readonly #journal: Journal

  constructor(journal: Journal) {
    this.#journal = journal
  }

  get user(): string {
    return this.#logins.at(-1)?.user ?? USERS[0]
  }

  /** Logs in as `user` by `change`; until it is done nobody can say whose answers come. */
  async change(user: string, change: () => Promise<void>): Promise<void> {
    const before = this.#logins.at(-1)
    if (before) before.until = Date.now()
    const over = this.#journal.begin('login', `${before ? 'logout and ' : ''}login as ${user}`)
    await change()
    over()
    this.#logins.push({ user, from: Date.now(), until: Number.POSITIVE_INFINITY })
  }

  /** The user that was logged in all the time between the two; undefined where there was a change. */
  throughout(from: number, until: number): string | undefined {
    return this.#logins.find((login) => login.from <= from && login.until >= until)?.user
  }
}

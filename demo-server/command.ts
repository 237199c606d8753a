// Reads the body of a command. A test that misspells a member should hear of it, and not wonder why nothing happens.
import type { Context } from 'hono'
import { isObject, readJsonObject } from './json.ts'
import type { JsonObject } from './json.ts'

export class CommandError extends Error {}

export async function readCommand(c: Context): Promise<Command> {
  return new Command(await readJsonObject(c))
}

/** The readers give undefined for a member that is not there, and throw for one they cannot take. */
export class Command {
  readonly #unread: Map<string, unknown>

  constructor(body: JsonObject) {
    this.#unread = new Map(Object.entries(body))
  }

  string(name: string): string | undefined {
    const value = this.#take(name)
    if (value === undefined || typeof value === 'string') return value
    throw new CommandError(`"${name}" takes a string`)
  }

  boolean(name: string): boolean | undefined {
    const value = this.#take(name)
    if (value === undefined || typeof value === 'boolean') return value
    throw new CommandError(`"${name}" takes true or false`)
  }

  number(name: string, { above, below = Infinity }: { above: number; below?: number }): number | undefined {
    const value = this.#take(name)
    if (value === undefined) return undefined
    if (typeof value === 'number' && value > above && value < below) return value
    throw new CommandError(
      `"${name}" takes a number above ${above}${below < Infinity ? ` and below ${below}` : ''}`,
    )
  }

  oneOf<Value extends string>(name: string, values: readonly Value[]): Value | undefined {
    const value = this.#take(name)
    if (value === undefined) return undefined
    const known = values.find((candidate) => candidate === value)
    if (known !== undefined) return known
    throw new CommandError(`"${name}" takes one of ${values.join(', ')}`)
  }

  strings(name: string): Record<string, string> {
    const value = this.#take(name) ?? {}
    const entries = isObject(value) ? Object.entries(value) : [['', undefined] as const]
    return Object.fromEntries(
      entries.map(([key, member]) => {
        if (typeof member === 'string') return [key, member]
        throw new CommandError(`"${name}" takes an object of strings`)
      }),
    )
  }

  /** Every member has been asked for. */
  end(): void {
    const [unknown] = this.#unread.keys()
    if (unknown !== undefined) throw new CommandError(`"${unknown}" means nothing here`)
  }

  #take(name: string): unknown {
    const value = this.#unread.get(name)
    this.#unread.delete(name)
    return value
  }
}

// What the identity provider remembers: in memory, one store per provider, so that a test can end every session of it.
import type { Adapter, Payload } from 'oidc-provider'

interface Kept {
  payload: Payload
  /** ms since the epoch */
  expiresAt: number
}

export class ProviderStore {
  readonly #models = new Map<string, Map<string, Kept>>()

  /** Refresh tokens and the grants behind them are gone, and with them the sessions of every browser. */
  endSessions(): void {
    for (const model of ['RefreshToken', 'Grant', 'Session']) this.#models.get(model)?.clear()
  }

  endRefreshTokens(): void {
    this.#models.get('RefreshToken')?.clear()
  }

  /** What oidc-provider asks for, per kind of thing that it keeps. */
  readonly adapter = (model: string): Adapter => {
    const all = this.#models.get(model) ?? new Map<string, Kept>()
    this.#models.set(model, all)
    const live = (kept: Kept | undefined): Payload | undefined =>
      kept && kept.expiresAt > Date.now() ? kept.payload : undefined
    const findBy = async (member: 'uid' | 'userCode', value: string): Promise<Payload | undefined> =>
      live([...all.values()].find(({ payload }) => payload[member] === value))
    return {
      async upsert(id, payload, expiresIn = Infinity) {
        all.set(id, { payload, expiresAt: Date.now() + expiresIn * 1000 })
      },
      find: async (id) => live(all.get(id)),
      findByUid: (uid) => findBy('uid', uid),
      findByUserCode: (userCode) => findBy('userCode', userCode),
      async consume(id) {
        const kept = all.get(id)
        if (kept) kept.payload.consumed = Math.floor(Date.now() / 1000)
      },
      async destroy(id) {
        all.delete(id)
      },
      async revokeByGrantId(grantId) {
        for (const [id, { payload }] of all) if (payload.grantId === grantId) all.delete(id)
      },
    }
  }
}

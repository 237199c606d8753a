// What the parts of the server share.
import type { HttpBindings } from '@hono/node-server'
import type { AccessTokens } from './access-tokens.ts'
import { Faults } from './faults.ts'
import { createFlavours } from './flavours.ts'
import type { Flavours } from './flavours.ts'
import { Stats } from './stats.ts'
import type { SeenRequest } from './stats.ts'

export interface DemoState {
  flavours: Flavours
  accessTokens: AccessTokens
  /** Life of the access tokens issued from now on, in seconds. */
  accessTokenTtl: number
  stats: Stats
  faults: Faults
}

/** What hono knows of a request here. */
export interface DemoEnv {
  Bindings: HttpBindings
  Variables: {
    /** Its line in the log; whoever learns more about the request writes it there. */
    seen: SeenRequest
  }
}

export interface StateOptions {
  issuer: string
  accessTokens: AccessTokens
  accessTokenTtl: number
  /** In milliseconds. */
  reuseWindow: number
  closeIdleConnections: () => void
}

export function createState(options: StateOptions): DemoState {
  return {
    flavours: createFlavours(options.issuer, options.reuseWindow),
    accessTokens: options.accessTokens,
    accessTokenTtl: options.accessTokenTtl,
    stats: new Stats(),
    faults: new Faults(options.closeIdleConnections),
  }
}

/** Someone whose requests are measured. */
export interface Contestant {
  /** In tables. */
  name: string
  /** The page's module in `app/`. */
  page: string
  /** The worker's module in `app/`, served as `/sw.js`. */
  worker?: string
  /** Whether its login is a navigation. */
  leavesForLogin?: boolean
  /** Whether the steps of its worker are marks in a trace. */
  isMarked?: boolean
}

export const NONE: Contestant = { name: 'no worker', page: 'page-none' }
/** What all others are compared with. */
export const BARE: Contestant = { name: 'pass-through worker', page: 'page-bare', worker: 'sw-bare' }
export const OURS: Contestant = { name: 'jsonEndpoints', page: 'page-broker', worker: 'sw-json' }
export const OAUTH: Contestant = {
  name: 'oauth',
  page: 'page-oauth',
  worker: 'sw-oauth',
  leavesForLogin: true,
}
export const DPOP: Contestant = {
  name: 'oauth, DPoP',
  page: 'page-oauth',
  worker: 'sw-dpop',
  leavesForLogin: true,
}
export const MANY: Contestant = { name: 'jsonEndpoints, 100 entries', page: 'page-broker', worker: 'sw-many' }
export const AXA: Contestant = { name: '@axa-fr/oidc-client', page: 'page-axa', leavesForLogin: true }

export const ALL: readonly Contestant[] = [
  NONE,
  BARE,
  OURS,
  OAUTH,
  DPOP,
  AXA,
  { name: 'oidc-client-ts', page: 'page-oidc-client-ts', leavesForLogin: true },
  { name: 'axios-auth-refresh', page: 'page-axios-auth-refresh' },
  { name: 'axios, by hand', page: 'page-axios-by-hand' },
]

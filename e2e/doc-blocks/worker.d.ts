// What the code in README and docs takes for granted in an app's worker.
declare const broker: import('sw-token-broker/sw').TokenBroker
declare const createTokenBroker: typeof import('sw-token-broker/sw').createTokenBroker
declare const jsonEndpoints: typeof import('sw-token-broker/sw').jsonEndpoints
declare const oauth: typeof import('sw-token-broker/oauth').oauth
/** A query of GraphQL. */
declare const REFRESH: string
/** Of a request that waits for the network. */
declare const body: string

// Background Sync is in no library of TypeScript's.
interface ServiceWorkerGlobalScopeEventMap {
  sync: ExtendableEvent
}

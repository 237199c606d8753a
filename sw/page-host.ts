import type { BrokerCore, Host } from './broker-core.ts'

/** A page that stands in for the worker: the worker's own script runs in it, and its brokers answer the page's calls. */
export interface PageHost extends Host {
  run: (core: BrokerCore) => void
}

declare global {
  /** Put there by the client before it runs the worker's script in a page. */
  var __swTokenBrokerPage: PageHost | undefined
}

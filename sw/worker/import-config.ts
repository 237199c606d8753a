import type { createTokenBroker } from '../index.ts'

declare const self: ServiceWorkerGlobalScope

const CONFIG = 'sw-token-broker.config.js'

/**
 * Makes the library the global `swTokenBroker`, and runs the config file beside the worker's script, which creates the
 * broker. A worker that imports this one and creates its broker itself needs no such file.
 */
export function importConfig<Library extends { createTokenBroker: typeof createTokenBroker }>(
  library: Library,
): void {
  let brokers = 0
  const counted: typeof createTokenBroker = (options) => {
    brokers++
    return library.createTokenBroker(options)
  }
  Object.assign(self, { swTokenBroker: { ...library, createTokenBroker: counted } })
  // In a page that runs this script in the worker's place, the client imports it.
  if (!('importScripts' in self)) return
  try {
    importScripts(CONFIG)
  } catch (cause) {
    // What the config throws is for its author; a file that is not there may be right, as the install will tell.
    if (!(cause instanceof DOMException && cause.name === 'NetworkError')) throw cause
  }
  self.addEventListener('install', (event) => {
    if (brokers > 0) return
    const message = `sw-token-broker: no broker was created. '${CONFIG}' belongs beside '${location.pathname}'; 'npx sw-token-broker init' writes one.`
    // oxlint-disable-next-line no-console -- nothing else tells why a worker fails to install
    console.error(message)
    // Fails the install, so that the browser tries again: the file may have been out of reach just now.
    event.waitUntil(Promise.reject(new Error(message)))
  })
}

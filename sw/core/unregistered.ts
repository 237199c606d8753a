// As measured in Chromium 156, Firefox 153 and WebKitGTK 2.50. A script that cannot be fetched, or is broken, rejects with a
// TypeError too, so that only the words tell: words that are not known mean nothing.
const WORDS =
  /^Failed to update .*(: Not found\.?$| has been uninstalled)|^Cannot update a null\/nonexistent service worker registration/

/**
 * Whether a rejection of `ServiceWorkerRegistration.update()` says that there is no such registration any more.
 * @see https://w3c.github.io/ServiceWorker/#update-algorithm
 */
export const saysUnregistered = (error: unknown): boolean =>
  error instanceof TypeError && WORDS.test(error.message)

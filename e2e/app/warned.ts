import { registerTokenBroker } from 'sw-token-broker/client'

declare global {
  interface Window {
    /** What registering a worker for another part of the site leads to. */
    rejected: Promise<{ code: unknown; message: string }>
  }
}

window.rejected = registerTokenBroker('/sw.js', { scope: '/deep/' }).then(
  () => ({ code: 'none', message: '' }),
  (error: Error) => ({ code: 'code' in error && error.code, message: error.message }),
)

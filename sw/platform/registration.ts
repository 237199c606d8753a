import { saysUnregistered } from '../core/unregistered.ts'

declare const self: ServiceWorkerGlobalScope

/** Asks the browser, which asks the server for a new version only where the registration is still there. */
export async function isUnregistered(): Promise<boolean> {
  try {
    await self.registration.update()
    return false
  } catch (error) {
    return saysUnregistered(error)
  }
}

import type { Place } from '../core/request-policy.ts'

/**
 * Deletes from every cache of the origin what was answered for a place where answers are the user's own, whoever put
 * it there. Never rejects.
 * @see https://w3c.github.io/ServiceWorker/#cache-interface
 */
export async function purgeCaches(isPrivate: (place: Place) => boolean): Promise<void> {
  // A page of an insecure context has none.
  if (!('caches' in self)) return
  const purge = async (name: string): Promise<void> => {
    const cache = await caches.open(name)
    for (const request of await cache.keys()) {
      const { origin, pathname } = new URL(request.url)
      if (isPrivate({ origin, path: pathname })) await cache.delete(request, { ignoreVary: true })
    }
  }
  const names = await caches.keys().catch(() => [])
  await Promise.allSettled(names.map(purge))
}

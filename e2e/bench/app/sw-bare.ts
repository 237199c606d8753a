// The floor of any worker: passes on what the broker would authorize, and keeps out of all else.
declare const self: ServiceWorkerGlobalScope

self.addEventListener('install', (event) => {
  void self.skipWaiting()
  if (!('addRoutes' in event) || typeof event.addRoutes !== 'function') return
  event.waitUntil(
    event.addRoutes([
      { condition: { urlPattern: { pathname: '/api/*' } }, source: 'fetch-event' },
      { condition: { urlPattern: { pathname: '*' } }, source: 'network' },
    ]),
  )
})
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))
self.addEventListener('fetch', (event) => {
  if (new URL(event.request.url).pathname.startsWith('/api/')) event.respondWith(fetch(event.request))
})

export {}

// What the broker is compared with: a worker that passes on what the broker would authorize, and nothing else.
declare const self: ServiceWorkerGlobalScope

self.addEventListener('install', () => void self.skipWaiting())
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))
self.addEventListener('fetch', (event) => {
  const { request } = event
  if (request.mode === 'navigate' || request.credentials === 'omit') return
  if (new URL(request.url).pathname.startsWith('/lab/')) event.respondWith(fetch(request))
})

export {}

// A classic worker that was there before: the library is a global, and the config file beside it is empty.
importScripts('/sw-token-broker.js')

const broker = swTokenBroker.createTokenBroker({
  protect: ['/api/'],
  auth: swTokenBroker.jsonEndpoints({
    login: '/auth/login',
    refresh: '/auth/refresh',
    logout: '/auth/logout',
  }),
})

self.addEventListener('fetch', (event) => {
  const answer = broker.handle(event)
  if (answer) return event.respondWith(answer)
  if (new URL(event.request.url).pathname === '/motto') event.respondWith(new Response('Coffee first'))
})

self.addEventListener('install', () => self.skipWaiting())
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))

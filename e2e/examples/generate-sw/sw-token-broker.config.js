// The worker has routes of its own: no `start()`, which would take them the other requests.
self.broker = swTokenBroker.createTokenBroker({
  protect: ['/api/'],
  auth: swTokenBroker.jsonEndpoints({
    login: '/auth/login',
    refresh: '/auth/refresh',
    logout: '/auth/logout',
  }),
})

self.addEventListener('fetch', (event) => {
  const answer = self.broker.handle(event)
  if (answer) event.respondWith(answer)
})

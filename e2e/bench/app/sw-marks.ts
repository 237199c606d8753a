// Where a worker crosses to the browser and back, as marks in a trace; the worker's own modules are as they are.
declare const self: ServiceWorkerGlobalScope

const mark = (step: string): void => void performance.mark(`bench:${step}`)

/** Marks the beginning of what `make` asks for, and its success. */
function marked<Result extends IDBRequest>(step: string, make: () => Result): Result {
  mark(step)
  const request = make()
  request.addEventListener('success', () => mark(`${step} done`))
  return request
}

mark('evaluation')

self.addEventListener('fetch', (event) => {
  mark('fetch event')
  event.respondWith = (answer) => {
    // Before the browser's own reaction, which takes the answer to it.
    Promise.resolve(answer).then(
      () => mark('answer'),
      () => undefined,
    )
    FetchEvent.prototype.respondWith.call(event, answer)
  }
})

const { fetch } = self
self.fetch = async (...request) => {
  mark('send')
  const response = await fetch(...request)
  mark('send done')
  return response
}

const { open } = IDBFactory.prototype
IDBFactory.prototype.open = function (...database) {
  return marked('open', () => open.apply(this, database))
}
const { get } = IDBObjectStore.prototype
IDBObjectStore.prototype.get = function (key) {
  return marked('read', () => get.call(this, key))
}

export {}

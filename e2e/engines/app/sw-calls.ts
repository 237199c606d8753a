import type { Calls } from './lab-calls.ts'

// Imported before the broker: counts the calls that a request must not need, and the events that reach the worker.
declare const self: ServiceWorkerGlobalScope

const counted: Calls = { calls: {}, fetchEvents: 0, startedAt: performance.timeOrigin }

count(IDBFactory.prototype, 'open')
count(IDBDatabase.prototype, 'transaction')
count(LockManager.prototype, 'request')
count(Clients.prototype, 'get')
count(Clients.prototype, 'matchAll')
count(Client.prototype, 'postMessage')
count(BroadcastChannel.prototype, 'postMessage')

self.addEventListener('fetch', () => void counted.fetchEvents++)
self.addEventListener('message', ({ data, ports: [port] }) => {
  if (data !== 'calls') return note('message event')
  port?.postMessage(counted)
  Object.assign(counted, { calls: {}, fetchEvents: 0 })
})

function count(prototype: object, method: string): void {
  const original: unknown = Reflect.get(prototype, method)
  if (typeof original !== 'function') throw new Error(`There is no ${method}`)
  const name = `${prototype.constructor.name}.${method}`
  Object.assign(prototype, {
    [method](this: unknown, ...args: unknown[]): unknown {
      note(name)
      return Reflect.apply(original, this, args)
    },
  })
}

function note(name: string): void {
  counted.calls[name] = (counted.calls[name] ?? 0) + 1
}

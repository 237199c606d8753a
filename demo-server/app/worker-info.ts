declare const self: ServiceWorkerGlobalScope

/** Tells the demo page which start of the worker it talks to: only a new start makes a new id. */
export function answerWorkerInfo(): void {
  const startId = crypto.randomUUID().slice(0, 4)
  const startedAt = Date.now()
  self.addEventListener('message', (event) => {
    const data: unknown = event.data
    if (typeof data !== 'object' || data === null || !('type' in data)) return
    if (data.type === 'demo-worker-info') event.ports[0]?.postMessage({ startId, startedAt })
  })
}

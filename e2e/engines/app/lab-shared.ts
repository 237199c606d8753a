// A shared worker, which asks with a fetch of its own.
declare const self: SharedWorkerGlobalScope

self.addEventListener('connect', ({ ports: [port] }) => {
  if (!port) return
  port.onmessage = ({ data }) => {
    void fetch(String(data)).then(({ status }) => port.postMessage(status))
  }
})

export {}

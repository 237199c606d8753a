declare global {
  interface Window {
    heard: unknown[]
  }
}

window.heard = []
navigator.serviceWorker.addEventListener('message', ({ data }) => window.heard.push(data))
navigator.serviceWorker.startMessages()

export {}

import type { CommandAnswerer } from './answer-commands.ts'

declare const self: ServiceWorkerGlobalScope

/** Answers the messages of pages; what is no command of ours is left to the app's other listeners. */
export function listenForCommands(answer: CommandAnswerer): void {
  self.addEventListener('message', (event) => {
    const { source } = event
    // The address is the browser's word, not the page's; a login in a frame is an attacker's (RFC 10017 §5.1.3).
    const landed = source instanceof Client && source.frameType !== 'nested' ? source.url : undefined
    const reply = answer(event.data, landed, (promise) => event.waitUntil(promise.catch(() => undefined)))
    if (reply) event.waitUntil(reply.then((message) => event.ports[0]?.postMessage(message)))
  })
}

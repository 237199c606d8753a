import type { BrokerCore } from '../broker-core.ts'
import type { PageHost } from '../page-host.ts'
import type { Announcer, Asker } from '../platform/ports.ts'
import { webLock } from '../platform/web-lock.ts'
import { brokerMessage } from '../protocol/broker-message.ts'
import { RETIRED } from '../protocol/messages.ts'
import { brokerFetch } from './broker-fetch.ts'
import { brokerXMLHttpRequest } from './broker-xhr.ts'
import { leaseLock } from './lease-lock.ts'

/** A broker that runs in this page. */
export interface PageBroker {
  /** Takes the messages that a worker would take. */
  postMessage(message: unknown, transfer: Transferable[]): void
  /** Answers the page's calls from now on. */
  start(): void
  /** Leaves the page's calls alone from now on: a worker is there, or the broker is being taken away. */
  stop(): void
}

/**
 * Runs a broker in this page, for browsers without service workers: the core is the worker's own.
 * @param name of the broker
 * @param source the script that creates it, or what imports a module that does
 * @param hear told of the messages that a worker would post to this page
 * @returns undefined where the script has created no broker of that name
 * @throws what the script throws, or why it cannot be had
 */
export async function runInPage(
  name: string,
  source: string | (() => Promise<unknown>),
  hear: (message: unknown) => void,
): Promise<PageBroker | undefined> {
  ears.add(hear)
  globalThis.__swTokenBrokerPage ??= host()
  try {
    await (typeof source === 'function' ? source() : runScript(source))
  } catch (cause) {
    // What else there is in the script may need a worker.
    if (!brokers.has(name)) throw cause
  }
  const broker = brokers.get(name)
  broker?.start()
  return broker
}

/** As a module, which a script of one piece may be as well. */
async function runScript(source: string): Promise<void> {
  const { href } = new URL(source, document.baseURI)
  await import(/* @vite-ignore */ /* webpackIgnore: true */ href)
  // The worker that `init` has copied has its options beside it.
  if (brokers.size === 0)
    await import(/* @vite-ignore */ /* webpackIgnore: true */ new URL('sw-token-broker.config.js', href).href)
}

// A script is evaluated once, however often it is loaded.
const brokers = new Map<string, PageBroker>()
const ears = new Set<(message: unknown) => void>()
const hear = (message: unknown): void => ears.forEach((ear) => ear(message))

function host(): PageHost {
  const nativeFetch = globalThis.fetch
  return {
    fetch: (request, init) => nativeFetch.call(globalThis, request, init),
    announcer: pageAnnouncer,
    lock: 'locks' in navigator ? webLock : leaseLock,
    claim: async () => undefined,
    run: (core) => void brokers.set(core.name, serve(core)),
  }
}

function serve(core: BrokerCore): PageBroker {
  const nativeFetch = globalThis.fetch
  let isStopped = true
  const isOurs = (request: Request): boolean => !isStopped && core.isOurs(request)
  const answer = (request: Request): Promise<Response> | undefined =>
    isStopped ? undefined : core.answer(request, ASKER)
  const NativeXhr = globalThis.XMLHttpRequest
  const patchedFetch = brokerFetch(nativeFetch.bind(globalThis), isOurs, answer)
  const PatchedXhr = brokerXMLHttpRequest(NativeXhr, answer)

  const broker: PageBroker = {
    postMessage(message, transfer) {
      const [port] = transfer
      const landed = window.top === window ? location.href : undefined
      const reply = core.command(message, landed, () => undefined)
      if (port instanceof MessagePort) void reply?.then((answered) => port.postMessage(answered))
    },
    start() {
      if (!isStopped) return
      isStopped = false
      globalThis.fetch = patchedFetch
      globalThis.XMLHttpRequest = PatchedXhr
    },
    stop() {
      isStopped = true
      // What somebody has put over them stays, and ours does nothing there.
      if (globalThis.fetch === patchedFetch) globalThis.fetch = nativeFetch
      if (globalThis.XMLHttpRequest === PatchedXhr) globalThis.XMLHttpRequest = NativeXhr
    },
  }
  new BroadcastChannel(`sw-token-broker:${core.name}`).onmessage = ({ data }) => {
    if (data === RETIRED) broker.stop()
  }
  return broker
}

/** Nothing ends a page's work but the page itself. */
const ASKER: Asker = { extend: () => undefined, isWanted: async () => true }

/** Tells this page, and the others that are their own brokers. */
function pageAnnouncer(name: string): Announcer {
  const channel = new BroadcastChannel(`sw-token-broker:${name}:messages`)
  channel.onmessage = ({ data }) => hear(data)
  return {
    async post(announcements) {
      for (const announcement of announcements) {
        const message = brokerMessage(name, announcement)
        channel.postMessage(message)
        hear(message)
      }
    },
  }
}

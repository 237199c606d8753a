// Trouble on demand at the identity provider's endpoints.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createGate } from './faults.ts'
import type { Gate } from './faults.ts'

export type ProviderEndpoint = 'discovery' | 'token' | 'revocation'

export interface ProviderFault {
  /** How many requests run into it; without it, all of them. */
  times?: number
  /** Answered instead of processing the request. */
  status?: number
  body?: string
  headers?: Record<string, string>
  /** Waits for `release()`. */
  hold?: boolean
  /** The connection breaks: `before` the request is processed, or `after`, so that only the answer is lost. */
  drop?: 'before' | 'after'
}

export class ProviderFaults {
  readonly #faults = new Map<ProviderEndpoint, ProviderFault>()
  #gate: Gate = createGate()

  set(endpoint: ProviderEndpoint, fault: ProviderFault): void {
    this.#faults.set(endpoint, { ...fault })
  }

  clear(): void {
    this.#faults.clear()
    this.release()
  }

  release(): void {
    this.#gate.open()
    this.#gate = createGate()
  }

  /** Returns whether the request is done with. */
  async meet(
    endpoint: ProviderEndpoint | undefined,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<boolean> {
    const fault = endpoint && request.method !== 'OPTIONS' ? this.#take(endpoint) : undefined
    if (!fault) return false
    if (fault.hold === true) await this.#gate.opened
    if (fault.drop === 'before') {
      request.socket.destroy()
      return true
    }
    if (fault.drop === 'after')
      response.end = () => {
        request.socket.destroy()
        return response
      }
    if (fault.status === undefined) return false
    // A worker of another origin could see neither status nor header otherwise.
    const cors = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Expose-Headers': 'Retry-After' }
    response.writeHead(fault.status, { 'Content-Type': 'application/json', ...cors, ...fault.headers })
    response.end(fault.body ?? '')
    return true
  }

  #take(endpoint: ProviderEndpoint): ProviderFault | undefined {
    const fault = this.#faults.get(endpoint)
    if (fault?.times === undefined) return fault
    if (fault.times === 0) return undefined
    fault.times -= 1
    return fault
  }
}

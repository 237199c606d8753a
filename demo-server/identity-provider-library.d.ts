// oidc-provider has no types of its own; these are the parts that the identity provider uses.
declare module 'oidc-provider' {
  import type { EventEmitter } from 'node:events'
  import type { IncomingMessage, ServerResponse } from 'node:http'

  export interface Grant {
    addOIDCScope(scope: string): void
    addResourceScope(resource: string, scope: string): void
    save(): Promise<string>
  }

  export interface OidcContext {
    /** Undefined where no route matched. */
    route?: string
    params?: Record<string, unknown>
    client?: { clientId: string }
    session?: { accountId?: string; acr?: string; grantIdFor(clientId: string): string | undefined }
    entities: Record<string, { jkt?: string; acr?: string; authTime?: number } | undefined>
    result?: { login?: unknown }
    provider: Provider
  }

  export interface Context {
    method: string
    path: string
    status: number
    type: string
    body: unknown
    response: { get(name: string): string | undefined; set(name: string, value: string): void }
    set(name: string, value: string): void
    oidc: OidcContext
  }

  export interface Adapter {
    upsert(id: string, payload: Payload, expiresIn?: number): Promise<void>
    find(id: string): Promise<Payload | undefined>
    findByUid(uid: string): Promise<Payload | undefined>
    findByUserCode(userCode: string): Promise<Payload | undefined>
    consume(id: string): Promise<void>
    destroy(id: string): Promise<void>
    revokeByGrantId(grantId: string): Promise<void>
  }

  export interface Payload {
    uid?: string
    grantId?: string
    consumed?: number
    [member: string]: unknown
  }

  export interface Interaction {
    uid: string
    prompt: { name: string; reasons: string[] }
    params: Record<string, unknown>
  }

  export class Check {
    constructor(reason: string, description: string, wantsPrompt: (ctx: Context) => boolean)
  }

  export const interactionPolicy: {
    Check: typeof Check
    base(): { get(prompt: string): { checks: { add(check: Check): void } } | undefined }
  }
  export const errors: { readonly InvalidTarget: new (description: string) => Error }

  export class Provider extends EventEmitter {
    constructor(issuer: string, configuration: object)
    callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>
    use(middleware: (ctx: Context, next: () => Promise<void>) => Promise<void>): void
    interactionDetails(request: IncomingMessage, response: ServerResponse): Promise<Interaction>
    interactionFinished(request: IncomingMessage, response: ServerResponse, result: object): Promise<void>
    readonly Grant: {
      new (properties: { clientId: string; accountId: string }): Grant
      find(id: string): Promise<Grant | undefined>
    }
  }
}

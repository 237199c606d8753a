// What the code in README and docs takes for granted in an app's page, and the packages that are not installed here.
declare const registerTokenBroker: typeof import('sw-token-broker/client').registerTokenBroker
declare const broker: import('sw-token-broker/client').TokenBrokerClient
declare function render(session: import('sw-token-broker/client').SessionInfo): void
declare const page: Parameters<typeof import('sw-token-broker/testing').setSession>[0]

interface ImportMeta {
  env: { DEV: boolean }
}

declare module 'react' {
  export function useState<T>(): [T | undefined, (value: T) => void]
  export function useEffect(effect: () => () => void, dependencies: unknown[]): void
}
declare module 'react-dom/client' {
  export function createRoot(container: HTMLElement): { render(element: unknown): void }
}
declare module 'vue' {
  export function ref<T>(value: T): { value: T }
  export function readonly<T>(ref: { value: T }): { readonly value: T }
  interface App {
    provide(key: string, value: unknown): App
    mount(selector: string): void
  }
  export function createApp(root: unknown): App
}
declare module 'svelte/store' {
  export function readable<T>(value: T, start: (set: (value: T) => void) => () => void): unknown
}
declare module '@tanstack/react-query' {
  export class QueryClient {
    constructor(config: {
      defaultOptions: { queries: { retry: (failureCount: number, error: Error) => boolean } }
    })
    clear(): void
  }
}
declare module '@apollo/client' {
  export class HttpLink {
    constructor(options: { uri: string })
  }
  export class InMemoryCache {}
  export class ApolloClient {
    constructor(options: { link: HttpLink; cache: InMemoryCache })
    clearStore(): Promise<unknown>
  }
}
declare module 'openapi-fetch' {
  export default function createClient<Paths>(options: { baseUrl: string }): {
    GET(path: keyof Paths): Promise<{ data?: unknown; error?: unknown }>
  }
}

/** What openapi-typescript makes of an API's description. */
interface paths {
  '/orders': unknown
}

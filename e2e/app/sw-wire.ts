// One worker for each of the demo server's `/wire/…` APIs; the URL of the script says which.
import { createTokenBroker, jsonEndpoints, type TokenBrokerOptions } from 'sw-token-broker/sw'

declare const self: ServiceWorkerGlobalScope

const member = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? new Map(Object.entries(value)).get(name) : undefined

const jsonRequest = (url: string, method: string, body: unknown): Request =>
  new Request(url, { method, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })

const isOperation =
  (name: string) =>
  (body: unknown): boolean =>
    member(body, 'operationName') === name

const VARIANTS: Record<string, () => TokenBrokerOptions> = {
  both: () => ({
    protect: ['/wire/both/'],
    auth: jsonEndpoints({
      login: '/wire/both/login',
      refresh: '/wire/both/refresh',
      logout: '/wire/both/logout',
      fields: {
        login: { accessToken: 'data.jwt', refreshToken: 'data.renewal' },
        refresh: { accessToken: '$body', refreshToken: { header: 'X-Renewal' } },
      },
      refreshRequest: ({ accessToken, refreshToken }) =>
        jsonRequest('/wire/both/refresh', 'PUT', { accessToken, refreshToken }),
    }),
  }),

  form: () => ({
    protect: ['/wire/form/me'],
    auth: jsonEndpoints({
      login: { url: '/wire/form/token', when: (body) => member(body, 'grant_type') === 'password' },
      refresh: '/wire/form/token',
      logout: '/wire/form/revoke',
      refreshRequest: async ({ refreshToken = '' }) => {
        const client: unknown = await (await fetch('/wire/form/client')).json()
        const body = new URLSearchParams({
          client_id: String(member(client, 'client_id')),
          grant_type: 'refresh_token',
          refresh_token: refreshToken,
        })
        return new Request('/wire/form/token', { method: 'POST', body })
      },
    }),
  }),

  graphql: () => ({
    protect: ['/wire/graphql'],
    auth: jsonEndpoints({
      login: { url: '/wire/graphql', when: isOperation('TokenCreate') },
      refresh: { url: '/wire/graphql', when: isOperation('TokenRefresh') },
      fields: {
        login: { accessToken: 'data.tokenCreate.token', refreshToken: 'data.tokenCreate.refreshToken' },
        refresh: { accessToken: 'data.tokenRefresh.token', refreshToken: 'data.tokenRefresh.refreshToken' },
      },
      refreshRequest: ({ refreshToken }) =>
        jsonRequest('/wire/graphql', 'POST', { operationName: 'TokenRefresh', variables: { refreshToken } }),
      isExpired: async (_, peek) => {
        const errors = member(await peek(), 'errors')
        const code = Array.isArray(errors) ? member(member(errors[0], 'extensions'), 'code') : undefined
        return code === 'JWT_EXPIRED' || code === 'JWT_INVALID_REFRESH'
      },
    }),
  }),

  self: () => ({
    protect: ['/wire/self/me'],
    auth: jsonEndpoints({
      login: '/wire/self/login',
      refresh: { url: '/wire/self/renew', method: 'GET' },
      refreshToken: 'access-token',
      fields: { accessToken: 'token', expiresAt: 'expires' },
      expiresAt: 'date',
      header: 'X-Auth',
      scheme: 'Token',
    }),
  }),

  sliding: () => ({
    protect: ['/wire/sliding/song', '/wire/sliding/events'],
    attach: 'replace',
    auth: jsonEndpoints({
      login: '/wire/sliding/login',
      fields: { accessToken: 'token' },
      header: 'X-ND-Authorization',
      renewedIn: 'X-ND-Authorization',
      queryParameters: ['jwt'],
    }),
  }),

  anywhere: () => ({
    protect: ['/wire/anywhere/api/'],
    auth: jsonEndpoints({
      login: '/wire/anywhere/login',
      refresh: '/wire/anywhere/refresh',
      header: ['Authorization', 'X-Emby-Authorization'],
      queryParameters: ['token'],
    }),
  }),

  unrenewed: () => ({
    protect: ['/wire/unrenewed/'],
    attach: 'replace',
    auth: jsonEndpoints({
      login: '/wire/unrenewed/Users/AuthenticateByName',
      refresh: '/never',
      logout: '/wire/unrenewed/Sessions/Logout',
      fields: { accessToken: 'AccessToken', subject: 'User.Id' },
      header: 'X-Emby-Authorization',
      queryParameters: ['api_key'],
    }),
  }),

  codes: () => ({
    protect: ['/wire/codes/api/'],
    auth: jsonEndpoints({
      login: '/wire/codes/login',
      refresh: '/wire/codes/refresh',
      fields: { accessToken: 'data.accessToken', refreshToken: 'data.refreshToken', request: 'refreshToken' },
    }),
    isExpired: async (response, peek) => {
      if (response.url.includes('?broken')) throw new TypeError('the hook is broken')
      return member(await peek(), 'code') === 10401
    },
  }),
}

const parameters = new URL(self.location.href).searchParams
const variant = parameters.get('variant') ?? ''
const options = VARIANTS[variant]
if (!options) throw new TypeError(`There is no variant '${variant}'`)
createTokenBroker({
  loginUrl: '/login',
  ...options(),
  ...(parameters.has('reveal') && { reveal: 'access-token', attach: 'replace' }),
}).start()

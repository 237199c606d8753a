// @axa-fr/oidc-client with its service worker, which puts the token into plain requests.
import { OidcClient } from '@axa-fr/oidc-client'
import { start } from './bench-page.ts'

const client = OidcClient.getOrCreate(() => fetch)({
  client_id: 'bench',
  redirect_uri: `${location.origin}/callback`,
  scope: 'openid offline_access api',
  authority: location.origin,
  service_worker_relative_url: '/OidcServiceWorker.js',
  service_worker_only: true,
})

async function ready(): Promise<void> {
  await client.tryKeepExistingSessionAsync()
  if (location.pathname !== '/callback') return
  await client.loginCallbackAsync()
  location.replace('/')
}

start({
  ready: ready(),
  login: () => client.loginAsync('/'),
  send: async (url, init) => (await fetch(url, init)).status,
})

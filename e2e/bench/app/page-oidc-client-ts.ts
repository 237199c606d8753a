// oidc-client-ts in the page, with the store that all tabs share.
import { UserManager, WebStorageStateStore } from 'oidc-client-ts'
import { start } from './bench-page.ts'

const manager = new UserManager({
  authority: location.origin,
  client_id: 'bench',
  redirect_uri: `${location.origin}/callback`,
  scope: 'openid offline_access api',
  userStore: new WebStorageStateStore({ store: localStorage }),
})

async function ready(): Promise<void> {
  if (location.pathname !== '/callback') return
  await manager.signinCallback()
  location.replace('/')
}

start({
  async expire() {
    const user = await manager.getUser()
    if (user) user.expires_at = 1
    await manager.storeUser(user)
  },
  ready: ready(),
  login: () => manager.signinRedirect(),
  async send(url, init) {
    let user = await manager.getUser()
    if (user?.expired) user = await manager.signinSilent()
    return (await fetch(url, { ...init, headers: { Authorization: `Bearer ${user?.access_token}` } })).status
  },
})

// The other way of logging in: at an identity provider, by a plain link.
import { answerOf, makeCalls } from './calls.ts'
import { byId, onClick, setText } from './dom.ts'
import { stringIn } from './json.ts'
import type { SessionInfo } from 'sw-token-broker/client'

export interface OAuthPanel {
  show(session: SessionInfo): void
}

export function createOAuthPanel(look: () => void): OAuthPanel {
  const state = byId('oauth-state', HTMLElement)
  const login = byId('oauth-login', HTMLAnchorElement)
  const logout = byId('oauth-logout', HTMLAnchorElement)
  const call = async (url: string): Promise<void> => {
    await makeCalls({ via: 'fetch', target: url, run: async () => answerOf(await fetch(url)) })
    look()
  }
  onClick('oauth-fetch', () => call('/oauth/api/orders'))
  // Another API, on one more port, with tokens of its own.
  onClick('oauth-files', () => call(`http://localhost:${Number(location.port) + 2}/files`))
  return {
    show({ status, claims, subject }) {
      const isActive = status === 'active'
      const name = stringIn(claims, 'name') ?? subject ?? 'somebody'
      setText(state, isActive ? `Logged in as ${name}` : 'Logged out')
      login.hidden = isActive
      logout.hidden = !isActive
    },
  }
}

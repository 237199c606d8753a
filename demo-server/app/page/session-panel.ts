// Who is logged in, how long the token lives, logging in and out.
import { byId, onClick, setAttribute, setText } from './dom.ts'
import { jsonOf, numberIn, stringIn } from './json.ts'
import { createLifeClock, secondsText } from './life.ts'
import { say } from './status.ts'
import type { SessionInfo, TokenBrokerClient } from 'sw-token-broker/client'

export interface SessionPanel {
  show(session: SessionInfo): void
  focusLogin(): void
  enable(): void
}

export function createSessionPanel(
  broker: () => TokenBrokerClient | undefined,
  look: () => void,
): SessionPanel {
  const form = byId('login-form', HTMLFormElement)
  const fields = byId('login-fields', HTMLFieldSetElement)
  const password = byId('login-password', HTMLInputElement)
  const error = byId('login-error', HTMLElement)
  const details = byId('login-details', HTMLDetailsElement)
  const summary = byId('login-summary', HTMLElement)
  const state = byId('session-state', HTMLElement)
  const hint = byId('session-hint', HTMLElement)
  const placeholder = byId('placeholder', HTMLElement)
  const clock = createLifeClock('main')
  let status: string | undefined

  const chosen = (): HTMLInputElement | null => form.querySelector('input[type=radio]:checked')
  const chosenUser = (): string => chosen()?.value ?? ''
  form.addEventListener('change', (event) => {
    if (event.target !== password) password.value = chosenUser()
  })
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void login(chosenUser(), password.value)
  })
  const logoutButton = onClick('logout', async () => {
    await broker()?.logout()
    say('Logged out')
    focusLogin()
    look()
  })

  function focusLogin(): void {
    details.open = true
    chosen()?.focus()
  }

  async function login(username: string, secret: string): Promise<void> {
    setText(error, '')
    const response = await fetch('/auth/login', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ username, password: secret }),
    }).catch(() => undefined)
    const body = response === undefined ? undefined : await jsonOf(response)
    look()
    if (response?.ok !== true) {
      setText(error, response?.status === 401 ? 'Wrong name or password.' : 'The server did not answer.')
      return
    }
    const lifetime = numberIn(body, 'expires_in')
    if (!byId('short-tokens', HTMLInputElement).checked && lifetime > 0) {
      localStorage.setItem('demo.usual-ttl', String(lifetime))
    }
    setText(placeholder, stringIn(body, 'access_token') ?? 'nothing')
    byId('placeholder-details', HTMLDetailsElement).hidden = false
    say(`Logged in as ${username}`)
  }

  createRing(() => clock.now())

  return {
    show(session) {
      clock.update(session)
      const active = session.status === 'active'
      document.documentElement.dataset['session'] = session.status
      setText(state, sentence(session))
      setText(hint, active ? 'Open a second tab: it is logged in already.' : 'One login serves every tab.')
      setText(summary, active ? 'Log in as somebody else' : 'Log in')
      logoutButton.hidden = !active
      // Only a change of the state moves the form: a refresh must not close it under somebody's hands.
      if (status !== session.status) {
        const focusInside = form.contains(document.activeElement)
        details.open = !active
        if (active && focusInside) summary.focus()
      }
      status = session.status
    },
    focusLogin,
    enable() {
      fields.disabled = false
    },
  }
}

function sentence(session: SessionInfo): string {
  switch (session.status) {
    case 'active':
      return session.subject === undefined ? 'Logged in' : `Logged in as ${session.subject}`
    case 'login-required':
      return 'The session has ended'
    default:
      return 'Nobody is logged in'
  }
}

function createRing(life: ReturnType<typeof createLifeClock>['now']): void {
  const text = byId('token-life', HTMLElement)
  const root = document.documentElement
  const draw = (): void => {
    const now = life()
    setText(text, now === undefined ? '–' : secondsText(now))
    root.style.setProperty('--life', now === undefined ? '0' : now.share.toFixed(3))
    setAttribute(
      root,
      'data-life',
      now === undefined ? 'none' : now.share === 0 ? 'over' : now.share < 0.2 ? 'low' : 'good',
    )
  }
  draw()
  setInterval(() => {
    if (document.visibilityState === 'visible') draw()
  }, 250)
}

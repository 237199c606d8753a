// Buttons around classic.ts, an app that keeps its own interceptors.
import { AxiosError } from 'axios'
import { api, login, logout } from '../classic.ts'
import { makeCalls } from './calls.ts'
import { byId, onClick, setText } from './dom.ts'
import { createLifeClock, secondsText } from './life.ts'
import { stringIn } from './json.ts'
import { say } from './status.ts'
import type { Answer } from './calls.ts'
import type { SessionInfo } from 'sw-token-broker/client'

export interface ClassicPanel {
  show(session: SessionInfo): void
  enable(): void
}

export function createClassicPanel(look: () => void): ClassicPanel {
  const state = byId('classic-state', HTMLElement)
  const stored = byId('classic-stored', HTMLElement)
  const fields = byId('classic-fields', HTMLFieldSetElement)
  const clock = createLifeClock('classic')
  let session: SessionInfo | undefined

  const loginAs = async (name: string): Promise<void> => {
    try {
      await login(name, name)
      say(`The axios app logged in as ${name}`)
    } catch {
      say('The axios app could not log in')
    }
    draw()
    look()
  }
  const call = async (count: number): Promise<void> => {
    await makeCalls({ via: 'axios', target: '/classic/api/orders', count, run: orders })
    draw()
    look()
  }
  onClick('classic-login-alice', () => loginAs('alice'))
  onClick('classic-login-bob', () => loginAs('bob'))
  onClick('axios-one', () => call(1))
  onClick('axios-many', () => call(20))
  onClick('classic-logout', logout)
  window.addEventListener('show-login', () => {
    say('The axios app shows its login')
    draw()
  })
  window.addEventListener('storage', draw)

  function draw(): void {
    const token = localStorage.getItem('token')
    const life = clock.now()
    const alive = life === undefined ? '' : ` · the worker's token: ${secondsText(life)}`
    setText(state, token === null ? 'Logged out: its storage is empty.' : `Logged in, it believes${alive}`)
    setText(stored, token ?? 'empty')
  }
  draw()
  setInterval(() => {
    if (document.visibilityState === 'visible' && session?.status === 'active') draw()
  }, 500)

  return {
    show(next) {
      session = next
      clock.update(next)
      draw()
    },
    enable() {
      fields.disabled = false
    },
  }
}

async function orders(): Promise<Answer> {
  try {
    const { status, data } = await api.get<unknown>('/orders')
    return { ok: true, status, body: data }
  } catch (error) {
    if (!(error instanceof AxiosError) || error.response === undefined) throw error
    const body: unknown = error.response.data
    const note = stringIn(body, 'code') ?? stringIn(body, 'error')
    return { ok: false, status: error.response.status, body, ...(note !== undefined && { note }) }
  }
}

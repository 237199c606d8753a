import { registerTokenBroker } from 'sw-token-broker/client'
import { api, login, logout } from '../../demo-server/app/classic.ts'

/** The demo's axios app, whose own code knows nothing of the broker; the tests press its buttons. */
export interface AxiosApp {
  login(user: string): Promise<void>
  logout(): void
  /** The status that the app ends up with. */
  get(path: string): Promise<{ status: number; data: unknown }>
  /** How often the app sent its user to the login. */
  loginsShown: number
}

declare global {
  interface Window {
    app: AxiosApp
    /** Called by the tests, since an app is there before its worker on the day of the roll-out. */
    rollOut: () => Promise<void>
  }
}

window.app = {
  login: (user) => login(user, user),
  logout,
  get: async (path) => {
    const { status, data } = await api
      .get<unknown>(path, { validateStatus: (code) => code !== 401 })
      .catch(refusal)
    return { status, data }
  },
  loginsShown: 0,
}
window.addEventListener('show-login', () => window.app.loginsShown++)
window.rollOut = async () => void (await registerTokenBroker('/sw-classic.js'))

function refusal(error: unknown): { status: number; data: unknown } {
  const isRefused = typeof error === 'object' && error !== null && 'response' in error
  return { status: isRefused ? 401 : 0, data: String(error) }
}

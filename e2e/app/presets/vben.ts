// The access token in a store that is kept in localStorage, the refresh token in a cookie; after a 401 one refresh, whose
// answer is the bare token.
import { at, post, userOf, type PresetApp } from './app.ts'

const KEY = 'vben-core-access'
const token = (): string => at(JSON.parse(localStorage.getItem(KEY) ?? '{}'), 'accessToken')
const keep = (accessToken: string): void => localStorage.setItem(KEY, JSON.stringify({ accessToken }))

const call = (): Promise<Response> =>
  fetch('/api/me', { headers: token() ? { Authorization: `Bearer ${token()}` } : {} })

export const vben: PresetApp = {
  logins: 0,
  async login(user) {
    const response = await post('/api/auth/login', { username: user, password: 'secret' })
    keep(at(await response.json(), 'data', 'accessToken'))
  },
  async me() {
    const response = await call()
    if (response.status !== 401 || !token()) return userOf(response)
    const answer = await fetch('/api/auth/refresh', { method: 'POST', credentials: 'include' })
    if (answer.ok) {
      keep(await answer.text())
      return userOf(await call())
    }
    localStorage.removeItem(KEY)
    vben.logins++
    return response.status
  },
  async logout() {
    await fetch('/api/auth/logout', { method: 'POST', credentials: 'include' })
    localStorage.removeItem(KEY)
  },
  stored: () => JSON.stringify(localStorage),
}

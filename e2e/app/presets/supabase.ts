// As its client keeps a session: one JSON object in localStorage, looked at when the page loads and before each call.
import { at, post, userOf, type PresetApp } from './app.ts'

const KEY = 'sb-project-auth-token'
const APIKEY = { apikey: 'anon' }
const read = (): unknown => JSON.parse(localStorage.getItem(KEY) ?? 'null')
const isStale = (): boolean => read() !== null && Number(at(read(), 'expires_at')) * 1000 <= Date.now()

async function refresh(): Promise<void> {
  const url = '/auth/v1/token?grant_type=refresh_token'
  const response = await post(url, { refresh_token: at(read(), 'refresh_token') }, APIKEY)
  if (response.ok) return localStorage.setItem(KEY, await response.text())
  localStorage.removeItem(KEY)
  supabase.logins++
}

export const supabase: PresetApp = {
  logins: 0,
  async start() {
    if (isStale()) await refresh()
  },
  async login(user) {
    const body = { email: user, password: 'secret' }
    const response = await post('/auth/v1/token?grant_type=password', body, APIKEY)
    localStorage.setItem(KEY, await response.text())
  },
  async me() {
    if (isStale()) await refresh()
    const token = at(read(), 'access_token') || 'anon'
    const response = await fetch('/rest/v1/me', { headers: { ...APIKEY, Authorization: `Bearer ${token}` } })
    if (response.status === 401 && read() !== null) {
      localStorage.removeItem(KEY)
      supabase.logins++
    }
    return userOf(response)
  },
  async logout() {
    const headers = { ...APIKEY, Authorization: `Bearer ${at(read(), 'access_token')}` }
    await fetch('/auth/v1/logout?scope=local', { method: 'POST', headers })
    localStorage.removeItem(KEY)
  },
  stored: () => JSON.stringify(localStorage),
}

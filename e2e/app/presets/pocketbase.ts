// As with its SDK: an auth store in localStorage, a refresh at each load, and a logout that clears the store.
import { at, post, userOf, type PresetApp } from './app.ts'

const KEY = 'pocketbase_auth'
const token = (): string => at(JSON.parse(localStorage.getItem(KEY) ?? '{}'), 'token')
const headers = (): Record<string, string> => (token() ? { Authorization: token() } : {})

async function keep(response: Response): Promise<void> {
  localStorage.setItem(KEY, await response.text())
}

function leave(): void {
  localStorage.removeItem(KEY)
  pocketbase.logins++
}

export const pocketbase: PresetApp = {
  logins: 0,
  async start() {
    if (!token()) return
    const response = await fetch('/api/collections/users/auth-refresh', {
      method: 'POST',
      headers: headers(),
    })
    if (response.ok) await keep(response)
    else leave()
  },
  async login(user) {
    const url = '/api/collections/users/auth-with-password'
    await keep(await post(url, { identity: user, password: 'secret' }))
  },
  async me() {
    const response = await fetch('/api/me', { headers: headers() })
    if (response.status === 401 && token()) leave()
    return userOf(response)
  },
  async logout() {
    localStorage.removeItem(KEY)
  },
  stored: () => JSON.stringify(localStorage),
}

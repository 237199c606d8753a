// As its SDK does it: one JSON object in localStorage, and a refresh before a call that would come too late.
import { at, post, userOf, type PresetApp } from './app.ts'

const KEY = 'directus-data'
const read = (): unknown => JSON.parse(localStorage.getItem(KEY) ?? '{}')

function keep(answer: unknown): void {
  const expires = Number(at(answer, 'data', 'expires'))
  const data = {
    access_token: at(answer, 'data', 'access_token'),
    refresh_token: at(answer, 'data', 'refresh_token'),
    expires,
    expires_at: Date.now() + expires,
  }
  localStorage.setItem(KEY, JSON.stringify(data))
}

let refreshing: Promise<void> | undefined
async function refresh(): Promise<void> {
  const response = await post('/auth/refresh', { refresh_token: at(read(), 'refresh_token'), mode: 'json' })
  if (response.ok) return keep(await response.json())
  localStorage.removeItem(KEY)
  directus.logins++
}

async function headers(): Promise<Record<string, string>> {
  if (at(read(), 'access_token') && Date.now() > Number(at(read(), 'expires_at')) - 200)
    await (refreshing ??= refresh().finally(() => (refreshing = undefined)))
  const token = at(read(), 'access_token')
  return token ? { Authorization: `Bearer ${token}` } : {}
}

export const directus: PresetApp = {
  logins: 0,
  async login(user) {
    keep(await (await post('/auth/login', { email: user, password: 'secret' })).json())
  },
  async me() {
    const response = await fetch('/items/me', { headers: await headers() })
    if (response.status === 401 && at(read(), 'access_token')) {
      localStorage.removeItem(KEY)
      directus.logins++
    }
    return userOf(response)
  },
  async logout() {
    await post('/auth/logout', { refresh_token: at(read(), 'refresh_token'), mode: 'json' })
    localStorage.removeItem(KEY)
  },
  stored: () => JSON.stringify(localStorage),
}

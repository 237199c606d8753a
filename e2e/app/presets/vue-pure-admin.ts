// A JSON object in a cookie with the time of its end; a request interceptor that refreshes first, once per page.
import { at, jsonCookie, post, userOf, type PresetApp } from './app.ts'

const { read, keep: keepJson, forget } = jsonCookie('authorized-token')

function keep(answer: unknown): void {
  const data = {
    accessToken: at(answer, 'data', 'accessToken'),
    refreshToken: at(answer, 'data', 'refreshToken'),
    expires: new Date(`${at(answer, 'data', 'expires')} UTC`).getTime(),
  }
  keepJson(data)
}

let refreshing: Promise<void> | undefined
async function refresh(): Promise<void> {
  const answer: unknown = await (
    await post('/refresh-token', { refreshToken: at(read(), 'refreshToken') })
  ).json()
  if (at(answer, 'success') === 'true') return keep(answer)
  forget()
  vuePureAdmin.logins++
}

export const vuePureAdmin: PresetApp = {
  logins: 0,
  async login(user) {
    keep(await (await post('/login', { username: user, password: 'secret' })).json())
  },
  async me() {
    if (read() !== null && Number(at(read(), 'expires')) <= Date.now())
      await (refreshing ??= refresh().finally(() => (refreshing = undefined)))
    const token = at(read(), 'accessToken')
    const response = await fetch('/api/me', { headers: token ? { Authorization: `Bearer ${token}` } : {} })
    if (response.status === 401 && token) {
      forget()
      vuePureAdmin.logins++
    }
    return userOf(response)
  },
  async logout() {
    forget()
  },
  stored: () => document.cookie,
}

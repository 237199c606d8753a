// The access token as a JSON string in localStorage, the refresh token in a cookie that no script reads.
import { at, post, userOf, type PresetApp } from './app.ts'

const read = (): string | null => {
  const stored: unknown = JSON.parse(localStorage.getItem('jwtToken') ?? 'null')
  return typeof stored === 'string' ? stored : null
}

async function keep(response: Response): Promise<void> {
  localStorage.setItem('jwtToken', JSON.stringify(at(await response.json(), 'data', 'token')))
}

const call = (): Promise<Response> =>
  fetch('/admin/me', { headers: { Authorization: `Bearer ${read()}` }, credentials: 'include' })

export const strapiAdmin: PresetApp = {
  logins: 0,
  async login(user) {
    await keep(await post('/admin/login', { email: user, password: 'secret' }))
  },
  async me() {
    const response = await call()
    if (response.status !== 401 || read() === null) return userOf(response)
    const answer = await fetch('/admin/access-token', { method: 'POST', credentials: 'include' })
    if (answer.ok) {
      await keep(answer)
      return userOf(await call())
    }
    localStorage.removeItem('jwtToken')
    strapiAdmin.logins++
    return response.status
  },
  async logout() {
    await post('/admin/logout', {}, { Authorization: `Bearer ${read()}` })
    localStorage.removeItem('jwtToken')
  },
  stored: () => JSON.stringify(localStorage),
}

// A form to one URL for both grants, two keys in localStorage, and one refresh after a 401.
import { at, userOf, type PresetApp } from './app.ts'

const token = (grant: Record<string, string>): Promise<Response> =>
  fetch('/oauth/token', { method: 'POST', body: new URLSearchParams({ client_id: '2', ...grant }) })

async function keep(response: Response): Promise<void> {
  const answer: unknown = await response.json()
  localStorage.setItem('access_token', at(answer, 'access_token'))
  localStorage.setItem('refresh_token', at(answer, 'refresh_token'))
}

function call(): Promise<Response> {
  const access = localStorage.getItem('access_token')
  return fetch('/api/me', { headers: access ? { Authorization: `Bearer ${access}` } : {} })
}

export const laravelPassport: PresetApp = {
  logins: 0,
  async login(user) {
    await keep(await token({ grant_type: 'password', username: user, password: 'secret', scope: '*' }))
  },
  async me() {
    const response = await call()
    const refreshToken = localStorage.getItem('refresh_token')
    if (response.status !== 401 || refreshToken === null) return userOf(response)
    const answer = await token({ grant_type: 'refresh_token', refresh_token: refreshToken })
    if (answer.ok) {
      await keep(answer)
      return userOf(await call())
    }
    localStorage.clear()
    laravelPassport.logins++
    return response.status
  },
  async logout() {
    const headers = { Authorization: `Bearer ${localStorage.getItem('access_token')}` }
    await fetch('/api/logout', { method: 'POST', headers })
    localStorage.clear()
  },
  stored: () => JSON.stringify(localStorage),
}

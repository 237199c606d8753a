// The tutorial's form login, with a refresh that the app has added; a logout clears the storage and nothing else.
import { at, post, userOf, type PresetApp } from './app.ts'

async function keep(response: Response): Promise<void> {
  localStorage.setItem('tokens', await response.text())
}

const read = (name: string): string => at(JSON.parse(localStorage.getItem('tokens') ?? '{}'), name)

const call = (): Promise<Response> =>
  fetch('/api/users/me', {
    headers: read('access_token') ? { Authorization: `Bearer ${read('access_token')}` } : {},
  })

export const fastapi: PresetApp = {
  logins: 0,
  async login(user) {
    const body = new URLSearchParams({ username: user, password: 'secret' })
    await keep(await fetch('/token', { method: 'POST', body }))
  },
  async me() {
    const response = await call()
    if (response.status !== 401 || !read('refresh_token')) return userOf(response)
    const answer = await post('/token/refresh', { refresh_token: read('refresh_token') })
    if (answer.ok) {
      await keep(answer)
      return userOf(await call())
    }
    localStorage.clear()
    fastapi.logins++
    return response.status
  },
  async logout() {
    localStorage.clear()
  },
  stored: () => JSON.stringify(localStorage),
}

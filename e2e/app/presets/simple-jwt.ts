// As in many tutorials: two keys in localStorage, and axios interceptors.
import axios, { isAxiosError } from 'axios'
import { at, type PresetApp } from './app.ts'

const api = axios.create()
api.interceptors.request.use((config) => {
  const access = localStorage.getItem('access')
  if (access) config.headers.set('Authorization', `Bearer ${access}`)
  return config
})
api.interceptors.response.use(undefined, async (error: unknown) => {
  const refresh = localStorage.getItem('refresh')
  if (!isAxiosError(error) || error.response?.status !== 401 || !error.config) throw error
  if (refresh === null || 'isRepeated' in error.config) throw error
  try {
    const { data } = await axios.post<unknown>('/api/token/refresh/', { refresh })
    keep(data)
  } catch {
    leave()
    throw error
  }
  return api.request(Object.assign(error.config, { isRepeated: true }))
})

function keep(tokens: unknown): void {
  localStorage.setItem('access', at(tokens, 'access'))
  if (at(tokens, 'refresh')) localStorage.setItem('refresh', at(tokens, 'refresh'))
}

function leave(): void {
  localStorage.clear()
  simpleJwt.logins++
}

export const simpleJwt: PresetApp = {
  logins: 0,
  async login(username) {
    keep((await axios.post<unknown>('/api/token/', { username, password: 'secret' })).data)
  },
  async me() {
    try {
      return at((await api.get<unknown>('/api/me/')).data, 'user')
    } catch (error) {
      return isAxiosError(error) ? (error.response?.status ?? 0) : 0
    }
  },
  async logout() {
    await axios.post('/api/token/blacklist/', { refresh: localStorage.getItem('refresh') })
    leave()
  },
  stored: () => JSON.stringify(localStorage),
}

// The data layer of many an app: tokens in localStorage, two axios interceptors, nothing else.
import axios from 'axios'
import type { AxiosError, AxiosInstance, InternalAxiosRequestConfig } from 'axios'

interface Tokens {
  token: string
  refreshToken: string
}
interface RepeatableConfig extends InternalAxiosRequestConfig {
  repeated?: boolean
}

export const api: AxiosInstance = axios.create({ baseURL: '/classic/api' })

function store(tokens: Tokens): void {
  localStorage.setItem('token', tokens.token)
  localStorage.setItem('refreshToken', tokens.refreshToken)
}

export async function login(username: string, password: string): Promise<void> {
  const { data } = await axios.post<Tokens>('/classic/auth/login', { username, password })
  store(data)
}

export function logout(): void {
  localStorage.removeItem('token')
  localStorage.removeItem('refreshToken')
  window.dispatchEvent(new Event('show-login'))
}

api.interceptors.request.use((config) => {
  const token = localStorage.getItem('token')
  if (token !== null) config.headers.Authorization = `Bearer ${token}`
  return config
})

api.interceptors.response.use(
  (response) => response,
  async (error: AxiosError) => {
    const config: RepeatableConfig | undefined = error.config
    if (error.response?.status !== 401 || config === undefined || config.repeated === true) throw error
    config.repeated = true
    try {
      const token = localStorage.getItem('refreshToken')
      if (token === null) throw error
      const { data } = await axios.post<Tokens>('/classic/auth/refresh', { token })
      store(data)
    } catch {
      logout()
      throw error
    }
    return api(config)
  },
)

// axios with the interceptors that apps write by hand: one refresh at a time, and one replay.
import axios, { AxiosError } from 'axios'
import { start } from './bench-page.ts'
import { bearer, login, refresh } from './json-login.ts'

let refreshing: Promise<void> | undefined
const replayed = new WeakSet<object>()

axios.interceptors.request.use((config) => {
  config.headers.Authorization = bearer()
  return config
})
axios.interceptors.response.use(undefined, async (error: unknown) => {
  if (!(error instanceof AxiosError) || error.response?.status !== 401 || !error.config) throw error
  if (replayed.has(error.config)) throw error
  refreshing ??= refresh().finally(() => (refreshing = undefined))
  await refreshing
  const config = { ...error.config }
  replayed.add(config)
  return axios.request(config)
})

start({
  ready: Promise.resolve(),
  login,
  send: async (url, init) => (await axios.request({ url, method: init?.method, data: init?.body })).status,
})

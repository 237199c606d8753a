// axios with axios-auth-refresh.
import axios from 'axios'
import { createAuthRefresh } from 'axios-auth-refresh'
import { start } from './bench-page.ts'
import { bearer, login, refresh } from './json-login.ts'

axios.interceptors.request.use((config) => {
  config.headers.Authorization = bearer()
  return config
})
createAuthRefresh(axios, refresh)

start({
  ready: Promise.resolve(),
  login,
  send: async (url, init) => (await axios.request({ url, method: init?.method, data: init?.body })).status,
})

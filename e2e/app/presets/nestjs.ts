// As the front end of brocoders' boilerplate: a JSON object in a cookie that scripts read, looked at before each call.
import { at, jsonCookie, post, userOf, type PresetApp } from './app.ts'

const { read, keep: keepJson, forget } = jsonCookie('auth-token-data')

function keep(tokens: unknown): void {
  const data = {
    token: at(tokens, 'token'),
    refreshToken: at(tokens, 'refreshToken'),
    tokenExpires: Number(at(tokens, 'tokenExpires')),
  }
  keepJson(data)
}

const bearer = (member: string): Record<string, string> => ({ Authorization: `Bearer ${at(read(), member)}` })

async function refreshIfNeeded(): Promise<void> {
  if (read() === null || Number(at(read(), 'tokenExpires')) - 200 > Date.now()) return
  const response = await post('/api/v1/auth/refresh', {}, bearer('refreshToken'))
  if (response.ok) return keep(await response.json())
  forget()
  nestjs.logins++
}

export const nestjs: PresetApp = {
  logins: 0,
  async login(user) {
    keep(await (await post('/api/v1/auth/email/login', { email: user, password: 'secret' })).json())
  },
  async me() {
    await refreshIfNeeded()
    const response = await fetch('/api/v1/me', { headers: read() === null ? {} : bearer('token') })
    if (response.status === 401 && read() !== null) {
      forget()
      nestjs.logins++
    }
    return userOf(response)
  },
  async logout() {
    await fetch('/api/v1/auth/logout', { method: 'POST', headers: bearer('token') })
    forget()
  },
  stored: () => document.cookie,
}

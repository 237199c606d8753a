/** What an app without a library keeps; all its tabs know it. */
export interface Tokens {
  access_token: string
  refresh_token: string
}

export const tokens = (): Tokens => JSON.parse(localStorage.getItem('tokens') ?? '{}')

export const bearer = (): string => `Bearer ${tokens().access_token}`

export async function post(url: string, body: object): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`${url} was answered ${response.status}`)
  localStorage.setItem('tokens', await response.text())
}

export const login = (): Promise<void> => post('/auth/login', { username: 'alice', password: 'alice' })

export const refresh = (): Promise<void> => post('/auth/refresh', { refresh_token: tokens().refresh_token })

/** What the tests press in an app. */
export interface PresetApp {
  /** What it does at each load. */
  start?: () => Promise<void>
  login(user: string): Promise<void>
  /** Whose token the API saw, or the status that the app ends up with. */
  me(): Promise<string | number>
  logout(): Promise<void>
  /** Everything it has stored. */
  stored(): string
  /** How often it has sent its user to the login. */
  logins: number
}

export const post = (url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })

/** A member of a JSON answer at a path. */
export function at(json: unknown, ...path: string[]): string {
  const value = path.reduce<unknown>(
    (inner, name) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, name) : undefined),
    json,
  )
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return typeof value === 'string' ? value : ''
}

/** The user that an answer names, or its status. */
export const userOf = async (response: Response): Promise<string | number> =>
  response.ok ? at(await response.json(), 'user') : response.status

/** A JSON object in a cookie that scripts read. */
export const jsonCookie = (name: string) => ({
  read: (): unknown =>
    JSON.parse(decodeURIComponent(new RegExp(`${name}=([^;]+)`).exec(document.cookie)?.[1] ?? 'null')),
  keep: (data: unknown): void => {
    document.cookie = `${name}=${encodeURIComponent(JSON.stringify(data))}; path=/`
  },
  forget: (): void => {
    document.cookie = `${name}=; max-age=0; path=/`
  },
})

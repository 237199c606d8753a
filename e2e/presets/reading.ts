import { randomUUID } from 'node:crypto'
import type { Context } from 'hono'
import { readJsonObject } from '../../demo-server/json.ts'
import type { Issued } from '../../demo-server/wire/sessions.ts'

export const bearerOf = (c: Context): string | undefined =>
  /^Bearer (\S+)$/.exec(c.req.header('Authorization') ?? '')?.[1]

export const secondsLeft = ({ expiresAt }: Issued): number => Math.round((expiresAt - Date.now()) / 1000)

export const formMember = async (c: Context, name: string): Promise<string> => {
  const value = (await c.req.parseBody())[name]
  return typeof value === 'string' ? value : ''
}

/** '' where there is none; numbers as their digits. */
export async function jsonMember(c: Context, name: string): Promise<string> {
  const value = (await readJsonObject(c))[name]
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

/** A cookie that a script has written goes to the server whatever stands in it. */
export const hasPlaceholder = ({ url, headers }: Request, body: string): boolean =>
  [url, body, ...[...headers].filter(([name]) => name !== 'cookie').flat()].some((text) =>
    text.includes('held-by-sw-token-broker-'),
  )

/** A JWT in form: these servers know their tokens by heart, and only the pages read them. */
export const jwtOf = (kind: string, user: string, expiresAt: number): string =>
  [
    { alg: 'HS256', typ: 'JWT' },
    { sub: user, jti: randomUUID(), token_type: kind, exp: Math.ceil(expiresAt / 1000) },
  ]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.') + `.${Buffer.from(randomUUID()).toString('base64url')}`

// What every variant reads of a request.
import type { Context } from 'hono'
import { readJsonObject, stringIn } from '../json.ts'

/** The token of an `Authorization` header with exactly one. */
export const bearerOf = (c: Context): string | undefined =>
  /^Bearer (\S+)$/.exec(c.req.header('Authorization') ?? '')?.[1]

/** The password of this server's users is none. */
export const userIn = async (c: Context): Promise<string> =>
  stringIn(await readJsonObject(c), 'username') ?? 'nobody'

// Reading JSON that somebody else wrote: nothing is believed before it is looked at.
import type { Context } from 'hono'

export type JsonObject = Record<string, unknown>

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The body's members; none where the body is no JSON object, since every member is checked anyway. */
export async function readJsonObject(c: Context): Promise<JsonObject> {
  const body: unknown = await c.req.json().catch(() => undefined)
  return isObject(body) ? body : {}
}

export function stringIn(body: JsonObject, name: string): string | undefined {
  const value = body[name]
  return typeof value === 'string' ? value : undefined
}

/** The text of a request's body and the format that it claims to have. */
export interface RequestContent {
  text: string
  contentType: string
}

/** Reads a copy of the body; the request can still be sent. */
export const contentOf = async (request: Request): Promise<RequestContent> => ({
  text: await request.clone().text(),
  contentType: request.headers.get('Content-Type') ?? '',
})

/** A JSON body as its value, a form as an object of its fields, anything else as text. The request can still be sent. */
export async function parsedContent(request: Request): Promise<unknown> {
  const contentType = request.headers.get('Content-Type') ?? ''
  if (/^(multipart\/form-data|application\/x-www-form-urlencoded)/i.test(contentType))
    return Object.fromEntries(await request.clone().formData())
  const text = await request.clone().text()
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** How a value is written inside a text of this format. */
export function encoderFor(contentType: string): (value: string) => string {
  if (contentType.startsWith('application/x-www-form-urlencoded')) return encodeURIComponent
  return contentType.includes('json') ? (value) => JSON.stringify(value).slice(1, -1) : (value) => value
}

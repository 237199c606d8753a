export const BODY_KINDS = [
  'string',
  'json',
  'URLSearchParams',
  'Blob',
  'File',
  'ArrayBuffer',
  'typed array',
  'FormData',
] as const
export type BodyKind = (typeof BODY_KINDS)[number]

const bytes = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 31 + (index >> 8)) % 256)

export function bodyOf(kind: BodyKind): Exclude<BodyInit, ReadableStream> {
  switch (kind) {
    case 'string':
      return 'Grüße '.repeat(20_000)
    case 'json':
      return JSON.stringify({ text: 'Grüße', list: Array.from({ length: 20_000 }, (_, index) => index) })
    case 'URLSearchParams':
      return new URLSearchParams({ name: 'Grüße & Küsse', empty: '' })
    case 'Blob':
      return new Blob([bytes], { type: 'application/octet-stream' })
    case 'File':
      return new File([bytes], 'drawing.bin', { type: 'application/x-drawing' })
    case 'ArrayBuffer':
      return bytes.buffer
    case 'typed array':
      return bytes.subarray(1000, 200_000)
    case 'FormData': {
      const form = new FormData()
      form.set('note', 'Grüße')
      form.set('file', new File([bytes], 'drawing.bin', { type: 'application/x-drawing' }))
      form.append('file', new Blob(['a second one']))
      return form
    }
  }
}

/**
 * The bytes of a body as they should arrive, with BOUNDARY for the boundary of a form. Written by hand, since WebKitGTK
 * cannot read a form with a file (`new Response(form).arrayBuffer()`).
 */
export async function wireOf(kind: BodyKind): Promise<Uint8Array<ArrayBuffer>> {
  const body = bodyOf(kind)
  if (!(body instanceof FormData)) return new Uint8Array(await new Response(body).arrayBuffer())
  const parts: BlobPart[] = []
  for (const [name, value] of body) {
    const isText = typeof value === 'string'
    const file = isText ? '' : `; filename="${value.name}"`
    const type = isText ? '' : `\r\nContent-Type: ${value.type || 'application/octet-stream'}`
    parts.push(
      `--BOUNDARY\r\nContent-Disposition: form-data; name="${name}"${file}${type}\r\n\r\n`,
      value,
      '\r\n',
    )
  }
  return new Uint8Array(await new Blob([...parts, '--BOUNDARY--\r\n']).arrayBuffer())
}

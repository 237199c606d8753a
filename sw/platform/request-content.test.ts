import { describe, expect, test } from 'vitest'
import { contentOf, encoderFor, parsedContent } from './request-content.ts'

const FORM = 'application/x-www-form-urlencoded;charset=UTF-8'

describe('the body of a request', () => {
  test('is read from a copy, so that the request can still be sent', async () => {
    const request = new Request('https://app.example/login', { method: 'POST', body: '{"user":"ann"}' })
    expect((await contentOf(request)).text).toBe('{"user":"ann"}')
    expect(request.bodyUsed).toBe(false)
    expect(await request.text()).toBe('{"user":"ann"}')
  })

  test('tells its format', async () => {
    const body = new URLSearchParams({ grant_type: 'password' })
    const request = new Request('https://app.example/token', { method: 'POST', body })
    expect(await contentOf(request)).toEqual({ text: 'grant_type=password', contentType: FORM })
  })

  test('may be missing', async () => {
    expect(await contentOf(new Request('https://app.example/'))).toEqual({ text: '', contentType: '' })
  })
})

describe('what a `when` gets to see', () => {
  test.each([
    { contentType: 'application/json', text: '{"a":{"b":1}}', value: { a: { b: 1 } } },
    { contentType: 'text/plain;charset=UTF-8', text: '{"a":1}', value: { a: 1 } },
    {
      contentType: FORM,
      text: 'grant_type=password&name=a+b%26',
      value: { grant_type: 'password', name: 'a b&' },
    },
    { contentType: 'application/json', text: '{"a":', value: '{"a":' },
    { contentType: 'text/plain', text: 'user=ann', value: 'user=ann' },
    { contentType: '', text: '', value: '' },
  ])('of $contentType "$text"', async ({ contentType, text, value }) => {
    const request = new Request('https://app.example/login', {
      method: 'POST',
      headers: contentType === '' ? {} : { 'Content-Type': contentType },
      body: new TextEncoder().encode(text),
    })
    expect(await parsedContent(request)).toEqual(value)
    expect(await request.text()).toBe(text)
  })

  test('of a multipart form', async () => {
    const body = new FormData()
    body.set('grant_type', 'password')
    const request = new Request('https://app.example/login', { method: 'POST', body })
    expect(await parsedContent(request)).toEqual({ grant_type: 'password' })
  })
})

describe('a token is written into a body', () => {
  const token = 'a+b/c=="\\ü'

  test('of JSON so that it reads the same', () => {
    for (const contentType of ['application/json', 'application/vnd.api+json']) {
      const text = `{"token":"${encoderFor(contentType)(token)}"}`
      expect(JSON.parse(text)).toEqual({ token })
    }
  })

  test('of a form so that it reads the same', () => {
    expect(new URLSearchParams(`token=${encoderFor(FORM)(token)}`).get('token')).toBe(token)
  })

  test('of text as it is', () => {
    expect(encoderFor('text/plain')(token)).toBe(token)
  })
})

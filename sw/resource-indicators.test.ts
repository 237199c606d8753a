import { beforeEach, describe, expect, test, vi } from 'vitest'
import { oauth } from './oauth.ts'
import { resolveOptions } from './options.ts'
import { resourcesOf } from './resource-indicators.ts'

const OWN = 'https://app.example'

beforeEach(() => {
  vi.stubGlobal('location', new URL(`${OWN}/sw.js`))
})

describe('the API of a URL', () => {
  test.each([
    { url: 'https://files.example/x', resource: 'urn:files' },
    { url: 'https://files.example/?a=b#c', resource: 'urn:files' },
    { url: 'https://files.example/photos/1', resource: 'urn:photos' },
    { url: 'https://files.example/photosx', resource: 'urn:files' },
    { url: 'https://files.example:8443/x', resource: undefined },
    { url: 'https://files.example.evil.example/x', resource: undefined },
    { url: `${OWN}/api/x`, resource: undefined },
    { url: `${OWN}/maps/x`, resource: 'https://maps.example/' },
  ])('of $url is $resource', ({ url, resource }) => {
    const { of } = resourcesOf(
      {
        'https://files.example/': 'urn:files',
        'https://files.example/photos': 'urn:photos',
        '/maps/': 'https://maps.example/',
      },
      undefined,
    )
    expect(of(url)).toBe(resource)
  })
})

describe('what a login asks for', () => {
  const option = { '/a/': 'urn:a', '/b/': 'urn:b', '/c/': 'urn:b', '/own/': 'urn:own' }

  test('is each API once, where the own one is named', () => {
    expect(resourcesOf(option, 'urn:own')).toMatchObject({ own: 'urn:own', granted: ['urn:a', 'urn:b'] })
  })

  test('is left to the server where it is not', () => {
    expect(resourcesOf(option, undefined)).toMatchObject({ own: undefined, granted: [] })
  })
})

describe('the option resources', () => {
  const broker = (resources: unknown, protect = ['/api/', 'https://files.example/v1/']) => {
    const options = { issuer: 'https://id.example', clientId: 'spa', resources }
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what a JavaScript app may write
    return resolveOptions({ protect, auth: oauth(options as Parameters<typeof oauth>[0]) })
  }

  test.each([
    { resources: { 'https://files.example/v1/': 'urn:files' } },
    { resources: { 'https://files.example/v1/photos': 'urn:files' } },
    { resources: { 'https://files.example': 'urn:files' } },
    { resources: undefined },
  ])('takes $resources', ({ resources }) => {
    expect(broker(resources).auth.resources?.places).toHaveLength(resources ? 1 : 0)
  })

  test.each([
    { resources: ['urn:files'], message: /'auth\.resources' got \["urn:files"\]; expected an object/ },
    { resources: { files: 'urn:files' }, message: /'auth\.resources' got "files"; expected a path/ },
    { resources: { '/api/?x=1': 'urn:files' }, message: /'auth\.resources' got .*without query/ },
    { resources: { '/api/': 'files' }, message: /'auth\.resources\.\/api\/' got "files"; .* absolute URI/ },
    { resources: { '/api/': 'urn:files#x' }, message: /expected an absolute URI without a fragment/ },
    {
      resources: { 'https://other.example/': 'urn:files' },
      message:
        /'auth\.resources' got "https:\/\/other\.example\/"; expected a prefix within 'protect'.*list it there/,
    },
  ])('refuses $resources', ({ resources, message }) => {
    expect(() => broker(resources)).toThrow(TypeError)
    expect(() => broker(resources)).toThrow(message)
  })
})

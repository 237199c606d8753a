import { expect, test } from 'vitest'
import { checkLoginOptions } from './check-login-options.ts'
import { checkOptions } from './check-options.ts'
import { registerTokenBroker } from './register-token-broker.ts'

interface Wrong {
  url?: unknown
  options?: object
  message: RegExp
}

const WRONG: Wrong[] = [
  { options: { timout: 5 }, message: /'timout' got 5; expected no such option; there are .*timeout/ },
  { options: { constructor: 5 }, message: /'constructor' got 5; expected no such option/ },
  { options: { name: 'a b' }, message: /'name' got "a b"; expected letters/ },
  { options: { name: 5 }, message: /'name' got 5/ },
  { options: { timeout: '5' }, message: /'timeout' got "5"; expected a number of seconds above 0/ },
  { options: { timeout: 0 }, message: /'timeout' got 0/ },
  { options: { timeout: NaN }, message: /'timeout' got NaN/ },
  { options: { timeout: 2 ** 31 }, message: /'timeout' got 2147483648/ },
  {
    options: { registration: '/sw.js' },
    message: /'registration' got "\/sw.js"; expected a ServiceWorkerReg/,
  },
  { options: { registration: {} }, message: /'registration' got/ },
  { options: { fallback: true }, message: /'fallback' got true; expected 'page' or a function/ },
  { options: { fallback: 'Page' }, message: /'fallback' got "Page"/ },
  { options: { adopt: 'localStorage' }, message: /'adopt' got "localStorage"; expected an object/ },
  { options: { adopt: null }, message: /'adopt' got null/ },
  { options: { scope: 5 }, message: /'scope' got 5; expected a URL/ },
  { options: { type: 'esm' }, message: /'type' got "esm"; expected 'classic' or 'module'/ },
  { options: { updateViaCache: true }, message: /'updateViaCache' got true; expected 'imports'/ },
  { url: undefined, message: /'scriptURL' got undefined; expected a URL/ },
  { url: '', message: /'scriptURL' got ""; expected a URL/ },
  { url: 5, message: /'scriptURL' got 5/ },
]

test.each(WRONG)('a wrong option is named, with what it got and what it takes: $message', (wrong) => {
  const { url, options = {}, message } = { url: '/sw.js', ...wrong }
  const check = (): void => checkOptions(url, options)
  expect(check).toThrow(TypeError)
  expect(check).toThrow(message)
})

test('before anything else is done', async () => {
  const misspelt = { name: 'default', timout: 5 }
  await expect(registerTokenBroker('/sw.js', misspelt)).rejects.toThrow(TypeError)
})

test('what is right is not refused', () => {
  const registration = { active: null, installing: null, waiting: null }
  const fallback = async (): Promise<void> => undefined
  checkOptions('/sw.js', { registration, fallback, name: 'a.b_c-1', timeout: 0.5, adopt: {}, scope: '/' })
  checkOptions(new URL('https://app.example/sw.js'), {
    scope: new URL('https://app.example'),
    fallback: 'page',
  })
  checkOptions('/sw.js', { type: 'module', updateViaCache: 'none', name: undefined })
})

test.each([
  [{ returnTO: '/orders' }, /'returnTO' got \/orders; expected no such option; there are returnTo, .*popup/],
  [{ constructor: 5 }, /'constructor' got 5; expected no such option/],
  [{ returnTo: new URL('https://app.example') }, /'returnTo' got https:.*; expected a string/],
  [{ acrValues: ['mfa'] }, /'acrValues' got mfa; expected a string/],
  [{ maxAge: '60' }, /'maxAge' got 60; expected a number/],
  [{ popup: 1 }, /'popup' got 1; expected a boolean/],
])('so is one of login(): %o', (options, message) => {
  const check = (): void => checkLoginOptions(options)
  expect(check).toThrow(TypeError)
  expect(check).toThrow(message)
})

test('what login() takes is not refused', () => {
  checkLoginOptions({})
  checkLoginOptions({ returnTo: '/orders', acrValues: 'mfa', maxAge: 0, popup: false })
  checkLoginOptions({ returnTo: undefined })
})

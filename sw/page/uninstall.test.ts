import 'fake-indexeddb/auto'
import { expect, test } from 'vitest'
import { uninstallTokenBroker } from './uninstall.ts'

test.each([
  [{ unregister: 'no' }, /'unregister' got "no"; expected true or false/],
  [{ registration: '/sw.js' }, /'registration' got "\/sw.js"; expected a ServiceWorkerRegistration/],
  [
    { unregistre: false },
    /unregistre' got false; expected no such option; there are registration, unregister/,
  ],
])('a wrong option is named, with what it got and what it takes: %o', async (options, message) => {
  // @ts-expect-error -- as JavaScript may call it
  const uninstalled = uninstallTokenBroker(options)
  await expect(uninstalled).rejects.toThrow(TypeError)
  await expect(uninstalled).rejects.toThrow(message)
})

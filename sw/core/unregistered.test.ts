import { expect, test } from 'vitest'
import { saysUnregistered } from './unregistered.ts'

const SCOPE = "scope ('http://localhost:1/') with script ('http://localhost:1/sw.js')"
const SCRIPT = 'ServiceWorker script at http://localhost:1/sw.js for scope http://localhost:1/'

test.each([
  `Failed to update a ServiceWorker for ${SCOPE}: Not found`,
  'Failed to update the ServiceWorker for scope http://localhost:1/ because the registration has been uninstalled since the update was scheduled.',
  'Cannot update a null/nonexistent service worker registration',
])('unregistered: %s', (message) => {
  expect(saysUnregistered(new TypeError(message))).toBe(true)
  expect(saysUnregistered(new Error(message))).toBe(false)
})

test.each([
  `Failed to update a ServiceWorker for ${SCOPE}: An unknown error occurred when fetching the script.`,
  `Failed to update a ServiceWorker for ${SCOPE}: A bad HTTP response code (404) was received when fetching the script.`,
  `Failed to update a ServiceWorker for ${SCOPE}: ServiceWorker script evaluation failed`,
  `${SCRIPT} encountered an error during installation.`,
  `${SCRIPT} threw an exception during script evaluation.`,
  'Script http://localhost:1/sw.js load failed',
  'Error: Not found',
  '',
])('registered, whatever is wrong with the script: %s', (message) => {
  expect(saysUnregistered(new TypeError(message))).toBe(false)
})

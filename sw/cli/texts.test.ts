import { expect, test } from 'vitest'
import * as presets from '../presets.ts'
import { configFile, PRESETS } from './texts.ts'

test('init knows every preset', () => {
  expect([...PRESETS.keys()].sort()).toEqual(Object.keys(presets).sort())
})

test.each([...PRESETS.keys()])('the config of %s calls it', (name) => {
  expect(configFile('worker-presets', name)).toMatch(
    new RegExp(`jsonEndpoints\\(swTokenBroker\\.presets\\.${name}\\(.*\\)\\),$`, 'm'),
  )
})

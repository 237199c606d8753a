import { expect, test } from '@playwright/test'
import { runChaos } from './chaos/run.ts'

const SECONDS = 20

test('an app survives kills, cut-off refreshes, reloads, new versions and changes of user', async () => {
  test.setTimeout(120_000)
  // Another one each time; `npm run chaos -- --seed S` repeats its choices.
  const report = await runChaos({ seed: Date.now() % 1e9, seconds: SECONDS })
  console.log(report.text)
  expect(report.violations).toEqual([])
  expect(report.kills).toBeGreaterThan(3)
  expect(report.calls).toBeGreaterThan(100)
})

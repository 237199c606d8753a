// `npm run chaos -- --minutes N [--seed S]`: an app under everything that can go wrong, in Chromium.
import { rmSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { makeConsumer } from '../consumer.ts'
import { runChaos } from './run.ts'

const { values } = parseArgs({ options: { minutes: { type: 'string' }, seed: { type: 'string' } } })
const minutes = Number(values.minutes ?? 1)
const seed = Number(values.seed ?? Math.floor(Math.random() * 1e9))
if (!(minutes > 0) || !Number.isInteger(seed)) {
  console.error('Usage: npm run chaos -- --minutes N [--seed S]')
  process.exit(1)
}

console.log(`Chaos for ${minutes} minutes with seed ${seed}`)
const consumer = await makeConsumer()
process.env.E2E_CONSUMER = JSON.stringify(consumer)
try {
  let told = Date.now()
  const report = await runChaos({
    seed,
    seconds: minutes * 60,
    onProgress({ kills, calls, violations }) {
      if (Date.now() - told < 30_000) return
      told = Date.now()
      console.log(`${kills} kills, ${calls} requests, ${violations.length} violations …`)
    },
  })
  console.log(`\n${report.text}`)
  process.exitCode = report.violations.length > 0 ? 1 : 0
} finally {
  rmSync(consumer.folder, { recursive: true, force: true })
}

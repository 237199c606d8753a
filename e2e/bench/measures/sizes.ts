import { readFileSync } from 'node:fs'
import { BUNDLES, sizeOf } from '../../bundle-size.ts'
import { root } from '../../../demo-server/install-dependencies.mjs'
import { AXA } from '../contestants.ts'
import { AXA_WORKER, bundled } from '../site.ts'
import type { Measure, Row } from '../measure.ts'
import { gzipSync } from 'node:zlib'
import { transform } from 'esbuild'

const MEASURE = 'bytes, min + gzip'
const kB = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`

/** What a page and a worker load. */
export const sizes: Measure = async () => {
  const own: Row[] = []
  for (const { name, source, goal } of BUNDLES) {
    const { bytes } = await sizeOf(source, root)
    own.push({
      measure: MEASURE,
      name,
      value: kB(bytes),
      goal: `≤ ${kB(goal)}`,
      isReached: bytes <= goal,
    })
  }
  const worker = await transform(readFileSync(AXA_WORKER, 'utf8'), { minify: true })
  const page = await bundled('page-axa')
  const others = [
    { name: `${AXA.name}: client`, text: page },
    { name: `${AXA.name}: worker`, text: worker.code },
    { name: 'oidc-client-ts', text: await bundled('page-oidc-client-ts') },
    { name: 'axios with axios-auth-refresh', text: await bundled('page-axios-auth-refresh') },
  ]
  return [
    ...own,
    ...others.map(({ name, text }) => ({
      measure: MEASURE,
      name,
      value: kB(gzipSync(text, { level: 9 }).length),
    })),
  ]
}

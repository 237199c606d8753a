// `npm run sizes`: what each bundle weighs now. With `--record` the check in `npm test` compares with it from now on.
import { root } from '../demo-server/install-dependencies.mjs'
import { BUNDLES, grown, record, recorded, sizeOf, type Modules } from './bundle-size.ts'

const all: Record<string, Modules> = {}
for (const { name, source, budget, goal } of BUNDLES) {
  const { bytes, modules } = await sizeOf(source, root)
  all[name] = modules
  console.log(`${name}: ${bytes} B, min + gzip; budget ${budget} B, goal ${goal} B`)
  const weights = Object.entries(modules).toSorted(([, one], [, other]) => other - one)
  for (const [module, weight] of weights.slice(0, 12))
    console.log(`  ${String(weight).padStart(6)} B ${module}`)
}
if (process.argv.includes('--record')) record(all)
else
  for (const { name } of BUNDLES)
    console.log(`${name}, grown: ${grown(all[name] ?? {}, recorded()[name] ?? {}).join(', ') || 'nothing'}`)

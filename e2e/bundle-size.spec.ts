import { expect, test } from '@playwright/test'
import { BUNDLES, grown, recorded, sizeOf } from './bundle-size.ts'
import { consumer } from './consumer.ts'

for (const { name, source, budget } of BUNDLES)
  test(`${name} stays within its budget, or the module that grew is named`, async () => {
    const { bytes, modules } = await sizeOf(source, consumer().folder)
    console.log(`      ${name}: ${bytes} B of ${budget} B, min + gzip`)

    const cause = `Since the budgets were set: ${grown(modules, recorded()[name] ?? {}).join(', ')}`
    expect(bytes, cause).toBeLessThanOrEqual(budget)
  })

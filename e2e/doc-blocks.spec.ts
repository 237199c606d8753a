import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { root } from '../demo-server/install-dependencies.mjs'
import { consumer } from './consumer.ts'
import { blocksOf, docBlocks } from './doc-blocks.ts'
import { runTsc } from './run-tsc.ts'

test('what README and docs tell to write has the right types', async () => {
  const blocks = docBlocks()
  expect(blocks.length).toBeGreaterThan(20)
  for (const [side, lib] of [
    ['page', 'DOM'],
    ['worker', 'WebWorker'],
  ] as const) {
    const app = join(consumer().folder, `doc-blocks-${side}`)
    mkdirSync(app)
    cpSync(join(root, `e2e/doc-blocks/${side}.d.ts`), join(app, 'ambient.d.ts'))
    // The app's own modules that the code imports.
    writeFileSync(
      join(app, 'broker.ts'),
      `export declare const broker: import('sw-token-broker/client').TokenBrokerClient\n`,
    )
    writeFileSync(join(app, 'app.ts'), 'export default function App(): null {\n  return null\n}\n')
    const files = blocks.filter((block) => block.side === side)
    for (const { file, code } of files) writeFileSync(join(app, file), code)
    const compilerOptions = {
      noEmit: true,
      strict: true,
      skipDefaultLibCheck: true,
      allowImportingTsExtensions: true,
      jsx: 'preserve',
      target: 'es2022',
      lib: ['ES2022', lib, ...(side === 'page' ? ['DOM.Iterable'] : [])],
      types: [],
      module: 'esnext',
      moduleResolution: 'bundler',
    }
    writeFileSync(join(app, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*'] }))
    await runTsc('typescript/bin/tsc', app)
  }
})

test('a block is a module of its own, and knows where it stands', () => {
  const [block, ...rest] = blocksOf(
    'docs/a.md',
    'Text\n\n```ts\ncreateTokenBroker({ … }) // …\n```\n\n```js\nx\n```\n',
  )
  expect(rest).toEqual([])
  expect(block).toMatchObject({ file: 'docs-a-3.ts', side: 'worker' })
  expect(block?.code).toContain('createTokenBroker(({} as any)) // …\n')
})

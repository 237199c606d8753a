import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface WebPlatformTest {
  path: string
  isLong: boolean
}

const NO_TESTS = /[/](resources|support|tools|crashtests)[/]|-manual[.]|[.]headers$/

/** The tests of a folder of web-platform-tests whose pages a service worker can control. */
export const testsIn = (root: string, folder: string): WebPlatformTest[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => `/${folder}/${name}`)
    .filter((path) => !NO_TESTS.test(path) && /[.](any[.]js|window[.]js|x?html?)$/.test(path))
    .flatMap((path) => pagesOf(path, readFileSync(join(root, path), 'utf8')))

/** @see https://web-platform-tests.org/writing-tests/testharness.html#variants */
function pagesOf(path: string, source: string): WebPlatformTest[] {
  const meta = (key: string): string[] =>
    path.endsWith('.js')
      ? [...source.matchAll(new RegExp(`^// META: ${key}=(.*)$`, 'gm'))].map(([, value = '']) => value.trim())
      : [...source.matchAll(new RegExp(`<meta name="?${key}"? content="?([^">]*)`, 'g'))].map(
          ([, value = '']) => value,
        )
  const [variants, isLong] = [meta('variant'), meta('timeout').includes('long')]
  return endings(path, source, meta('global')[0]).flatMap((ending) =>
    (variants.length > 0 ? variants : ['']).map((variant) => ({
      path: path.replace(/[.](any[.]js|window[.]js|x?html?)$/, '') + ending + variant,
      isLong,
    })),
  )
}

function endings(path: string, source: string, globals = 'window,dedicatedworker'): string[] {
  if (path.endsWith('.window.js')) return ['.window.html']
  if (!path.endsWith('.any.js'))
    return source.includes('/resources/testharness.js') ? [path.slice(path.lastIndexOf('.'))] : []
  const names = globals.split(',').map((name) => name.trim())
  return [
    ...(names.includes('window') ? ['.any.html'] : []),
    ...(names.includes('dedicatedworker') || names.includes('worker') ? ['.any.worker.html'] : []),
  ]
}

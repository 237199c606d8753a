import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { readMarker } from './copied-file.ts'

const CODE = 'code()\nmore()\n'
const HASH = createHash('sha256').update(CODE).digest('hex')
const FILE = `/*! sw-token-broker 1.2.3 worker sha256-${HASH} */\n${CODE}`

test.each([
  { what: 'one of ours', file: FILE, marker: { version: '1.2.3', name: 'worker' } },
  {
    what: 'one with the line ends of Windows',
    file: FILE.replaceAll('\n', '\r\n'),
    marker: { version: '1.2.3', name: 'worker' },
  },
  { what: 'one that was edited', file: `${FILE}//`, marker: 'changed' },
  { what: "somebody else's", file: `// sw-token-broker\n${CODE}`, marker: undefined },
  { what: 'one with something before the marker', file: `\n${FILE}`, marker: undefined },
  { what: 'an empty one', file: '', marker: undefined },
])('a file is known again: $what', ({ file, marker }) => {
  expect(readMarker(file)).toEqual(marker)
})

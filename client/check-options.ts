const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null
const URL_EXPECTED = 'a URL'

/** What is an option's value, and what to say of it. */
type Option = [name: string, isRight: (value: unknown) => boolean, expected: string]

const oneOf = (name: string, ...choices: string[]): Option => [
  name,
  (value) => choices.some((choice) => choice === value),
  choices.map((choice) => `'${choice}'`).join(' or '),
]

const OPTIONS: Option[] = [
  ['registration', (value) => isObject(value) && 'active' in value, 'a ServiceWorkerRegistration'],
  [
    'name',
    (value) => typeof value === 'string' && /^[\w.-]+$/.test(value),
    'letters, digits, ".", "_" or "-"',
  ],
  ['adopt', isObject, 'an object'],
  [
    'timeout',
    (value) => typeof value === 'number' && value > 0 && value < 2 ** 31 / 1000,
    'a number of seconds above 0',
  ],
  [
    'fallback',
    (value) => value === 'page' || typeof value === 'function',
    `'page' or a function that imports a module`,
  ],
  ['scope', (value) => typeof value === 'string' || value instanceof URL, URL_EXPECTED],
  oneOf('type', 'classic', 'module'),
  oneOf('updateViaCache', 'imports', 'all', 'none'),
]

/** @throws TypeError that names the option, what it got and what it takes */
export function checkOptions(scriptURL: unknown, options: object): void {
  // Of a Trusted Type nothing more is known.
  if (!isObject(scriptURL) && (typeof scriptURL !== 'string' || scriptURL === ''))
    invalid('scriptURL', scriptURL, URL_EXPECTED)
  for (const [name, value] of Object.entries<unknown>({ ...options })) {
    const [, isRight, expected] = OPTIONS.find(([known]) => known === name) ?? []
    if (!isRight)
      invalid(name, value, `no such option; there are ${OPTIONS.map(([known]) => known).join(', ')}`)
    if (value !== undefined && !isRight(value)) invalid(name, value, expected)
  }
}

function invalid(option: string, got: unknown, expected: string | undefined): never {
  const shown = typeof got === 'string' ? JSON.stringify(got) : String(got)
  throw new TypeError(`sw-token-broker: option '${option}' got ${shown}; expected ${expected}`)
}

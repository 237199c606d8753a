const TYPES = new Map([
  ['returnTo', 'string'],
  ['acrValues', 'string'],
  ['maxAge', 'number'],
  ['popup', 'boolean'],
])

/** @throws TypeError that names the option, what it got and what it takes */
export function checkLoginOptions(options: object): void {
  for (const [name, value] of Object.entries<unknown>({ ...options })) {
    const type = TYPES.get(name)
    const expected = type ? `a ${type}` : `no such option; there are ${[...TYPES.keys()].join(', ')}`
    if (value !== undefined && typeof value !== type) invalid(name, value, expected)
  }
}

function invalid(option: string, got: unknown, expected: string): never {
  throw new TypeError(`sw-token-broker: option '${option}' got ${String(got)}; expected ${expected}`)
}

/** A place where an app keeps its tokens. */
export interface PageStorage {
  /** The values by their keys. */
  entries(): Record<string, string>
  /** Puts `next` in the place of `old` wherever it stands, and leaves all around it as it is. */
  replace(old: string, next: string): void
}

export const webStorage = (storage: Storage): PageStorage => ({
  entries: () => Object.fromEntries(Object.entries<string>(storage)),
  replace(old, next) {
    for (const [key, value] of Object.entries<string>(storage))
      if (value.includes(old)) storage.setItem(key, value.replaceAll(old, next))
  },
})

/** The cookies that a script can read. */
export const cookies: PageStorage = {
  entries: () => Object.fromEntries(pairs().map(([name, value]) => [name, decoded(value)])),
  replace(old, next) {
    for (const [name, value] of pairs()) {
      const text = decoded(value)
      if (text.includes(old)) setCookie(name, encodeURIComponent(text.replaceAll(old, next)), value)
    }
  },
}

const pairs = (): [name: string, value: string][] =>
  document.cookie.split('; ').map((pair) => {
    const [name = ''] = pair.split('=', 1)
    return [name, pair.slice(name.length + 1)]
  })

function decoded(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}

/** The longest that browsers keep a cookie, s. */
const MOST = 400 * 86_400

/** Overwrites a cookie. A script cannot read its path and domain, so they are found by trying. */
function setCookie(name: string, value: string, old: string): void {
  const secure = location.protocol === 'https:' ? '; Secure' : ''
  const write = (text: string, place: string, age: number): void => {
    document.cookie = `${name}=${text}; Max-Age=${age}; SameSite=Lax${secure}${place}`
  }
  for (const place of places()) {
    write(value, place, MOST)
    if (!pairs().some(([other, text]) => other === name && text === old)) return
    write('', place, 0)
  }
}

function places(): string[] {
  const { pathname, hostname } = location
  const folders = pathname.split('/').map((_, index, parts) => parts.slice(0, index + 1).join('/') || '/')
  const labels = hostname.split('.')
  const domains = labels.map((_, index) => `; Domain=${labels.slice(index).join('.')}`)
  return ['', ...domains].flatMap((domain) => folders.map((folder) => `${domain}; Path=${folder}`))
}

const MOST = 1000

/** Which addresses a session has asked the server for, so that each is asked past the HTTP cache once. */
export interface SeenAddresses {
  /** Whether `url` was not seen under this session before. */
  isNew(sessionId: string, url: string): boolean
}

export function seenAddresses(): SeenAddresses {
  let owner = ''
  const seen = new Set<string>()
  return {
    isNew(sessionId, url) {
      if (owner !== sessionId || seen.size >= MOST) seen.clear()
      owner = sessionId
      const isNew = !seen.has(url)
      seen.add(url)
      return isNew
    },
  }
}

import type { Announcement } from '../protocol/messages.ts'

/** One challenge of a `WWW-Authenticate` header (RFC 9110 §11.6.1); names are lower case. */
export interface Challenge {
  scheme: string
  params: ReadonlyMap<string, string>
}

// A token68 or auth-param list follows the scheme; a comma ends a parameter as well as a challenge, so only the
// grammar tells `Bearer, DPoP algs="ES256"` from `Bearer realm="a, b"`.
const TOKEN = /[!#$%&'*+.^_`|~\w-]+/y
const PARAM = /([!#$%&'*+.^_`|~\w-]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([!#$%&'*+.^_`|~\w-]+))/y
const TOKEN68 = /[\w.~+/-]+=*(?=[ \t]*(?:,|$))/y
const SEPARATORS = /[ \t,]*/y

/** Parses `WWW-Authenticate`; stops at the first thing that is no challenge and keeps what it has. */
export function parseChallenges(header: string | null): Challenge[] {
  const challenges: Challenge[] = []
  if (header === null) return challenges
  let position = 0
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = position
    const match = pattern.exec(header)
    if (match) position += match[0].length
    return match
  }
  for (;;) {
    take(SEPARATORS)
    const scheme = take(TOKEN)
    if (!scheme) return challenges
    const params = new Map<string, string>()
    challenges.push({ scheme: scheme[0].toLowerCase(), params })
    for (;;) {
      const before = position
      take(SEPARATORS)
      const param = take(PARAM)
      if (param) {
        const [, name = '', quoted, bare = ''] = param
        params.set(name.toLowerCase(), quoted === undefined ? bare : quoted.replace(/\\(.)/g, '$1'))
      } else if (params.size > 0 || header.slice(before, position).includes(',') || !take(TOKEN68)) break
    }
  }
}

/** The `error` of each challenge that has one (RFC 6750 §3.1, RFC 9470 §3, RFC 9449 §7.1). */
export const challengeWith = (error: string, challenges: readonly Challenge[]): Challenge | undefined =>
  challenges.find(({ params }) => params.get('error') === error)

/** What the pages are told when only a stronger or fresher login helps (RFC 9470 §3). */
export const stepUpRequired = ({ params }: Challenge): Announcement => {
  const maxAge = Number(params.get('max_age') ?? Number.NaN)
  return {
    type: 'step-up-required',
    acr_values: params.get('acr_values'),
    max_age: Number.isFinite(maxAge) ? maxAge : undefined,
    scope: params.get('scope'),
  }
}

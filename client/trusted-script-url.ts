/** The URL of a script that a Trusted Types policy has let through. */
export interface TrustedScriptURL {
  toString(): string
  toJSON(): string
}

interface Policy {
  createScriptURL(url: string): TrustedScriptURL
}

// Not in TypeScript's library: https://w3c.github.io/trusted-types/dist/spec/
declare const trustedTypes:
  { createPolicy(name: string, rules: { createScriptURL: (url: string) => string }): Policy } | undefined

/** A page may make a policy of one name once. */
let policy: Policy | undefined

/**
 * `scriptURL` as a page may use it that enforces Trusted Types: by the policy `sw-token-broker`, which lets the scripts
 * of the own origin through. Where the page's `trusted-types` does not list it, the browser has the last word.
 * @param scriptURL left as it is where the app's own policy has let it through
 */
export function trusted(scriptURL: string | URL | TrustedScriptURL): string | URL | TrustedScriptURL {
  if (typeof trustedTypes === 'undefined' || !(typeof scriptURL === 'string' || scriptURL instanceof URL))
    return scriptURL
  try {
    policy ??= trustedTypes.createPolicy('sw-token-broker', { createScriptURL: ofOwnOrigin })
    return policy.createScriptURL(String(scriptURL))
  } catch {
    return scriptURL
  }
}

function ofOwnOrigin(url: string): string {
  if (new URL(url, document.baseURI).origin !== location.origin) throw new TypeError('Another origin')
  return url
}

import type { Basis } from './session.ts'

/**
 * Which pages were given the current tokens when they asked for a refresh. Of the tabs that a browser restores each one
 * asks; a page that asks again wants newer tokens.
 */
export interface TokenHolders {
  note(basis: Basis, page: string): void
  /** Whether other pages were given the tokens of `basis`, but not `page`. */
  areOthers(basis: Basis, page: string): boolean
}

export function tokenHolders(): TokenHolders {
  let current = ''
  const pages = new Set<string>()
  const nameOf = ({ sessionId, generation }: Basis): string => sessionId + generation
  return {
    note(basis, page) {
      if (nameOf(basis) !== current) pages.clear()
      current = nameOf(basis)
      pages.add(page)
    },
    areOthers: (basis, page) => nameOf(basis) === current && !pages.has(page),
  }
}

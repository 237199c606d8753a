/**
 * Where a login or logout ends: a path of the app itself, whatever is asked for.
 * @param target as a link has it
 */
export function returnPath(target: string | null, origin: string): string {
  if (target === null || !/^\/(?![/\\])/.test(target) || !URL.canParse(target, origin)) return '/'
  const { origin: host, pathname, search, hash } = new URL(target, origin)
  // Its dots are resolved by now: of `/..//evil.example` another host would be left.
  return host === origin && !pathname.startsWith('//') ? pathname + search + hash : '/'
}

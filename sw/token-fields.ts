import { RFC_FIELDS, WHOLE_BODY, type TokenFields } from './core/token-response.ts'
import { checkMembers, requestHeader, text } from './validate.ts'

/** The names that both endpoints use, and those that one of them has for itself. */
export type TokenFieldsOption = Partial<TokenFields> & {
  login?: Partial<TokenFields>
  refresh?: Partial<TokenFields>
}

const FIELDS = [...Object.keys(RFC_FIELDS), 'subject']

/** @throws TypeError naming a member that is unknown or of the wrong type */
export function tokenFields(option: TokenFieldsOption = {}): { login: TokenFields; refresh: TokenFields } {
  checkMembers('auth.fields', option, [...FIELDS, 'login', 'refresh'])
  const { login = {}, refresh = {}, ...common } = option
  const shared = checked('auth.fields', common)
  return {
    login: { ...RFC_FIELDS, ...shared, ...checked('auth.fields.login', login) },
    refresh: { ...RFC_FIELDS, ...shared, ...checked('auth.fields.refresh', refresh) },
  }
}

function checked(option: string, fields: Partial<TokenFields>): Partial<TokenFields> {
  checkMembers(option, fields, FIELDS)
  const given = Object.entries(fields).filter(([, field]) => field !== undefined)
  for (const [name, field] of given) {
    const path = `${option}.${name}`
    if (typeof field === 'object' && !Array.isArray(field) && name !== 'request') {
      checkMembers(path, field, ['header'])
      requestHeader(`${path}.header`, field.header, '')
    } else text(path, field, '', /^[^.]+(\.[^.]+)*$/, `a dotted path, '${WHOLE_BODY}' or { header: '…' }`)
  }
  return Object.fromEntries(given)
}

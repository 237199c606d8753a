import { RFC_FIELDS, WHOLE_BODY, type AnswerField, type TokenFields } from './core/token-response.ts'
import { isObject, present } from './protocol/guards.ts'
import { optional, readOptions, requestHeader, text, type Read } from './validate.ts'

/** The names that both endpoints use, and those that one of them has for itself. */
export type TokenFieldsOption = Partial<TokenFields> & {
  login?: Partial<TokenFields>
  refresh?: Partial<TokenFields>
}

const dottedPath = text(/^[^.]+(\.[^.]+)*$/, `a dotted path, '${WHOLE_BODY}' or { header: '…' }`)
const field = optional<AnswerField>((option, value) =>
  typeof value === 'object' && !Array.isArray(value)
    ? readOptions(option, value, { header: requestHeader })
    : dottedPath(option, value),
)
const claim = text(/./, 'the name of a claim')
const subject: Read<TokenFields['subject']> = (option, value) =>
  isObject(value) && 'claim' in value ? readOptions(option, value, { claim }) : field(option, value)

const FIELDS = {
  accessToken: field,
  refreshToken: field,
  expiresIn: field,
  expiresAt: field,
  tokenType: field,
  scope: field,
  subject,
  request: optional(dottedPath),
}

const given: (fields: Partial<TokenFields>) => Partial<TokenFields> = present
const fieldsOf = optional((option, value) => given(readOptions(option, value, FIELDS)))

/** @throws TypeError naming a member that is unknown or of the wrong type */
export function tokenFields(
  option: string,
  value: unknown = {},
): { login: TokenFields; refresh: TokenFields } {
  const { login, refresh, ...shared } = readOptions(option, value, {
    ...FIELDS,
    login: fieldsOf,
    refresh: fieldsOf,
  })
  const common = { ...RFC_FIELDS, ...given(shared) }
  return { login: { ...common, ...login }, refresh: { ...common, ...refresh } }
}

export { createTokenBroker, type TokenBroker } from './create-token-broker.ts'
export type { AuthMethod } from './auth-method.ts'
export type { IsExpired } from './judge-answer.ts'
export type { TokenBrokerOptions } from './options.ts'
export {
  jsonEndpoints,
  type JsonEndpointsOptions,
  type EndpointMatcher,
  type LogoutRequestContext,
  type RefreshRequestContext,
  type TokenFieldsOption,
} from './json-endpoints.ts'
export type {
  BrokerErrorMessage,
  BrokerMessage,
  LoginRequired,
  LoginRequiredReason,
  SessionChanged,
  SessionInfo,
  SessionStatus,
  StepUpRequired,
} from './protocol/messages.ts'

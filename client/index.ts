export { registerTokenBroker, type RegisterOptions } from './register-token-broker.ts'
export type { TrustedScriptURL } from './trusted-script-url.ts'
export type { AdoptOptions, TokenPlaces } from './adopt.ts'
export { TokenBrokerError, type TokenBrokerErrorCode } from './error.ts'
export type { LoginOptions, TokenBrokerClient } from './token-broker-client.ts'
export type {
  BrokerErrorEvent,
  LoginRequiredEvent,
  SessionChangedEvent,
  StepUpRequiredEvent,
  TokenBrokerEventMap,
} from './events.ts'
export type { Inspection, TimelineEntry } from '../sw/protocol/inspection.ts'
export type {
  BrokerErrorMessage,
  BrokerMessage,
  LoginRequired,
  LoginRequiredReason,
  SessionChanged,
  SessionInfo,
  SessionStatus,
  StepUpRequired,
} from '../sw/protocol/messages.ts'

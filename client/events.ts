import type {
  Announcement,
  BrokerErrorMessage,
  LoginRequired,
  SessionChanged,
  StepUpRequired,
} from '../sw/protocol/messages.ts'

type EventOf<Message> = Event & Readonly<Omit<Message, 'type'>>

export type LoginRequiredEvent = EventOf<LoginRequired>
export type SessionChangedEvent = EventOf<SessionChanged>
export type StepUpRequiredEvent = EventOf<StepUpRequired>
export type BrokerErrorEvent = EventOf<BrokerErrorMessage>

export interface TokenBrokerEventMap {
  'login-required': LoginRequiredEvent
  'session-changed': SessionChangedEvent
  'step-up-required': StepUpRequiredEvent
  'broker-error': BrokerErrorEvent
}

/** An event of the announcement's type with its members. */
export function eventFrom({ type, ...members }: Announcement): Event {
  return Object.assign(new Event(type), members)
}

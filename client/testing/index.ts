export { setSession, type ContextLike, type PageLike, type StoredSessionDetails } from './set-session.ts'
export { fakeTokenBroker, type FakeCalls, type FakeTokenBroker } from './fake-token-broker.ts'
export type { SessionDetails, SessionState } from './states.ts'

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  activeSession,
  heldOff,
  lostSession,
  NOW,
  OTHER_SESSION_ID,
  PAGE_REFRESH,
  SESSION_ID,
  tokenSet,
} from '../testing/fixtures.ts'
import { ANONYMOUS, type Basis, type Session } from './session.ts'
import { transition, type SessionEvent } from './transition.ts'

const id = fc.constantFrom(SESSION_ID, OTHER_SESSION_ID)
const basis = fc.record({ sessionId: id, generation: fc.integer({ min: 1, max: 4 }) })
const tokens = fc
  .record({
    receivedAt: fc.integer({ min: NOW, max: NOW + 600_000 }),
    subject: fc.constantFrom('ann', 'bob'),
  })
  .map((members) => tokenSet(members))

const state: fc.Arbitrary<Session> = fc.oneof(
  fc.record({ status: fc.constant('anonymous' as const), noticed: fc.boolean() }),
  fc
    .tuple(basis, tokens, fc.boolean())
    .map(([of, set, isHeldOff]) =>
      activeSession({ ...of, tokens: set, ...(isHeldOff && { backOff: heldOff() }) }),
    ),
  fc.tuple(basis, fc.boolean()).map(([of, announced]) => lostSession({ ...of, announced })),
)

/** What a refresh that began on `of` has to say when it ends. */
const endingsOf = (of: Basis): SessionEvent[] => [
  { type: 'refreshed', basis: of, tokens: tokenSet({ accessToken: 'late' }) },
  { type: 'refresh-failed', basis: of, backOff: heldOff() },
  { type: 'lost', basis: of, reason: 'invalid_grant' },
  { type: 'refresh-started', basis: of, at: NOW, ignoreBackOff: true },
]

const event: fc.Arbitrary<SessionEvent> = fc.oneof(
  fc.tuple(id, tokens).map(([sessionId, set]) => ({ type: 'logged-in' as const, sessionId, tokens: set })),
  basis.chain((of) => fc.constantFrom(...endingsOf(of), { type: 'announced' as const, basis: of })),
  fc.constantFrom<SessionEvent>({ type: 'unauthorized' }, { type: 'logged-out' }),
  id.chain((sessionId) =>
    fc.constantFrom<SessionEvent>(
      { type: 'logged-out', sessionId },
      { type: 'page-refresh', sessionId, request: PAGE_REFRESH },
    ),
  ),
)

describe('a refresh that ends too late changes nothing', () => {
  test.each([
    { after: 'a logout', now: ANONYMOUS },
    { after: 'another login', now: activeSession({ sessionId: OTHER_SESSION_ID }) },
    { after: 'the refresh of another worker', now: activeSession({ generation: 2 }) },
    { after: 'the loss of the session', now: lostSession() },
  ])('after $after', ({ now }) => {
    for (const ending of endingsOf({ sessionId: SESSION_ID, generation: 1 }))
      expect(transition(now, ending)).toBe(now)
  })

  test('whatever the session is by then', () => {
    fc.assert(
      fc.property(state, basis, (now, of) => {
        fc.pre(now.status !== 'active' || now.sessionId !== of.sessionId || now.generation !== of.generation)
        for (const ending of endingsOf(of)) expect(transition(now, ending)).toBe(now)
      }),
    )
  })
})

describe('for any history', () => {
  test('an event says so where it changes nothing, and changes no session in place', () => {
    fc.assert(
      fc.property(state, event, (before, what) => {
        const copy = structuredClone(before)
        const after = transition(before, what)
        expect(before).toEqual(copy)
        expect(transition(after, what).status).toBe(after.status)
      }),
    )
  })

  test('a generation never goes back within a session, and only a login brings a session', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), (events) => {
        let now: Session = ANONYMOUS
        for (const what of events) {
          const after: Session = transition(now, what)
          if (after.status === 'active' && (now.status !== 'active' || now.sessionId !== after.sessionId))
            expect(what.type).toBe('logged-in')
          if (now.status === 'active' && after.status === 'active' && now.sessionId === after.sessionId)
            expect(after.generation - now.generation).toBe(what.type === 'refreshed' && after !== now ? 1 : 0)
          if (after.status !== 'active') expect(JSON.stringify(after)).not.toContain('-token-')
          now = after
        }
      }),
    )
  })

  test('a logout is final for its session, however often the same events come again', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 20 }), (events) => {
        const relevant = events.filter(({ type }) => type !== 'logged-in')
        const out = transition(activeSession(), { type: 'logged-out', sessionId: SESSION_ID })
        expect(relevant.reduce(transition, out).status).toBe('anonymous')
      }),
    )
  })
})

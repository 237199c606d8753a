import { expect, test, vi } from 'vitest'
import { fakeTokenBroker } from './fake-token-broker.ts'

test('the fake is in the state that the test asks for', async () => {
  expect(await fakeTokenBroker().getSession()).toEqual({ status: 'anonymous' })
  const { status, expiresAt = 0 } = await fakeTokenBroker('about-to-expire').getSession()
  expect(status).toBe('active')
  expect(expiresAt - Date.now()).toBeLessThanOrEqual(1000)
  expect(await fakeTokenBroker('logged-in', { subject: 'alice', scope: 'api' }).getSession()).toMatchObject({
    status: 'active',
    subject: 'alice',
    scope: 'api',
  })
})

test('a loss is told as the worker tells it', async () => {
  const broker = fakeTokenBroker('logged-in')
  const lost = vi.fn<(reason: string) => void>()
  const changed = vi.fn<(status: string) => void>()
  broker.addEventListener('login-required', ({ reason }) => lost(reason))
  broker.addEventListener('session-changed', ({ session }) => changed(session.status))

  broker.become('lost')
  expect(lost.mock.calls).toEqual([['invalid_grant']])
  expect(changed.mock.calls).toEqual([['login-required']])
  expect(await broker.getSession()).toMatchObject({ status: 'login-required', reason: 'invalid_grant' })

  await broker.login({ returnTo: '/orders' })
  await broker.logout()
  expect(broker.calls).toEqual({ login: [{ returnTo: '/orders' }], logout: 1, setSession: [] })
  expect(changed.mock.calls.at(-1)).toEqual(['anonymous'])
})

test('other announcements reach the listeners with their members', () => {
  const broker = fakeTokenBroker('logged-in')
  const stepUp = vi.fn<(acr: string | undefined) => void>()
  broker.addEventListener('step-up-required', ({ acr_values }) => stepUp(acr_values))
  broker.announce({ type: 'step-up-required', acr_values: 'mfa' })
  expect(stepUp).toHaveBeenCalledExactlyOnceWith('mfa')
})

test('a state that does not exist is named', () => {
  // @ts-expect-error -- what a JavaScript user may write
  expect(() => fakeTokenBroker('expired')).toThrow(/got 'expired'; expected 'logged-in'/)
})

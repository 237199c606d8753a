import { beforeEach, describe, expect, test } from 'vitest'
import { Grants } from './grants.ts'
import type { Grant, GrantsOptions, Rotation } from './grants.ts'

function createGrants(options: Partial<GrantsOptions> = {}): Grants {
  let drawn = 0
  return new Grants({ random: () => `random-${++drawn}`, ...options })
}

function grantOf(rotation: Rotation): Grant {
  if (rotation.outcome !== 'rotated') throw new Error(`Refused: ${rotation.outcome}`)
  return rotation.grant
}

let grants: Grants
let login: Grant
beforeEach(() => {
  grants = createGrants()
  login = grants.begin('alice')
})

const accepts = ({ familyId, serial }: Grant): boolean => grants.acceptsAccessToken(familyId, serial)

describe('rotation', () => {
  test('gives another refresh token of the same family and user', () => {
    const next = grantOf(grants.rotate(login.refreshToken, 0))
    expect(next).toMatchObject({ familyId: login.familyId, user: 'alice' })
    expect(next.refreshToken).not.toBe(login.refreshToken)
    expect(next.serial).toBeGreaterThan(login.serial)
  })

  test('leaves the earlier access token alone', () => {
    const next = grantOf(grants.rotate(login.refreshToken, 0))
    expect([login, next].map(accepts)).toEqual([true, true])
  })

  test('goes on from token to token', () => {
    let grant = login
    for (let now = 0; now < 5; now++) grant = grantOf(grants.rotate(grant.refreshToken, now))
    expect(accepts(grant)).toBe(true)
  })

  test('refuses a token it has not issued', () => {
    expect(grants.rotate('made-up', 0)).toEqual({ outcome: 'refused' })
  })
})

describe('reuse', () => {
  test('of a spent token revokes the whole family, the current tokens too', () => {
    const next = grantOf(grants.rotate(login.refreshToken, 0))
    expect(grants.rotate(login.refreshToken, 0)).toEqual({ outcome: 'reused' })
    expect(grants.rotate(next.refreshToken, 1)).toEqual({ outcome: 'refused' })
    expect([login, next].map(accepts)).toEqual([false, false])
  })

  test('is told once: afterwards the family is just revoked', () => {
    grants.rotate(login.refreshToken, 0)
    grants.rotate(login.refreshToken, 1)
    expect(grants.rotate(login.refreshToken, 2)).toEqual({ outcome: 'refused' })
  })

  test('does not touch another login of the same user', () => {
    const elsewhere = grants.begin('alice')
    grants.rotate(login.refreshToken, 0)
    grants.rotate(login.refreshToken, 1)
    expect(accepts(elsewhere)).toBe(true)
    expect(grants.rotate(elsewhere.refreshToken, 2).outcome).toBe('rotated')
  })
})

describe('a reuse window', () => {
  beforeEach(() => {
    grants = createGrants({ reuseWindow: 5_000 })
    login = grants.begin('alice')
    grants.rotate(login.refreshToken, 1_000)
  })

  test('lets a client repeat a refresh whose answer it has lost', () => {
    const again = grantOf(grants.rotate(login.refreshToken, 5_999))
    expect(grants.rotate(again.refreshToken, 6_000).outcome).toBe('rotated')
  })

  test('ends so long after the first use', () => {
    expect(grants.rotate(login.refreshToken, 6_000)).toEqual({ outcome: 'reused' })
  })

  test('is not prolonged by a repetition', () => {
    grants.rotate(login.refreshToken, 5_000)
    expect(grants.rotate(login.refreshToken, 7_000)).toEqual({ outcome: 'reused' })
  })
})

describe('logout', () => {
  test('ends the session', () => {
    expect(grants.revokeFamilyOf(login.refreshToken)).toBe(true)
    expect(grants.rotate(login.refreshToken, 0)).toEqual({ outcome: 'refused' })
    expect(accepts(login)).toBe(false)
  })

  test('takes a spent token too, and that is no reuse', () => {
    const next = grantOf(grants.rotate(login.refreshToken, 0))
    expect(grants.revokeFamilyOf(login.refreshToken)).toBe(true)
    expect(accepts(next)).toBe(false)
  })

  test('knows when there was nothing to end', () => {
    expect(grants.revokeFamilyOf('made-up')).toBe(false)
    expect(accepts(login)).toBe(true)
  })
})

describe('revocation', () => {
  test('of access tokens is cured by a refresh', () => {
    grants.refuseAccessTokens()
    expect(accepts(login)).toBe(false)
    expect(accepts(grantOf(grants.rotate(login.refreshToken, 0)))).toBe(true)
  })

  test('of families is cured by a login alone', () => {
    grants.revokeFamilies()
    expect(accepts(login)).toBe(false)
    expect(grants.rotate(login.refreshToken, 0)).toEqual({ outcome: 'refused' })
    expect(accepts(grants.begin('alice'))).toBe(true)
  })

  test('can be for one user', () => {
    const bob = grants.begin('bob')
    grants.refuseAccessTokens('alice')
    expect([login, bob].map(accepts)).toEqual([false, true])
    grants.revokeFamilies('bob')
    expect(grants.rotate(bob.refreshToken, 0).outcome).toBe('refused')
    expect(grants.rotate(login.refreshToken, 0).outcome).toBe('rotated')
  })
})

test('an access token of an unknown family is refused', () => {
  expect(grants.acceptsAccessToken('made-up', 1)).toBe(false)
})

import { describe, expect, test } from 'vitest'
import { NOW } from '../testing/fixtures.ts'
import { refusedAddresses } from './refused-addresses.ts'

const URL = 'https://app.example/api/orders'

describe('an address that refused a brand-new token', () => {
  test('is not worth another refresh for a second, and then for longer each time, up to a minute', () => {
    const refused = refusedAddresses()
    const waits = Array.from({ length: 9 }, () => {
      refused.add(URL, NOW)
      let wait = 0
      while (refused.isCoolingDown(URL, NOW + wait)) wait += 500
      return wait
    })
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000])
  })

  test('is the same one with another query: an app that polls counts them up', () => {
    const refused = refusedAddresses()
    refused.add(`${URL}?page=1`, NOW)
    expect(refused.isCoolingDown(`${URL}?page=2`, NOW)).toBe(true)
    expect(refused.isCoolingDown(`${URL}#x`, NOW)).toBe(true)
    refused.clear(`${URL}?page=3`)
    expect(refused.isCoolingDown(URL, NOW)).toBe(false)
  })

  test('does not keep others from a refresh', () => {
    const refused = refusedAddresses()
    refused.add(URL, NOW)
    expect(refused.isCoolingDown(`${URL}/1`, NOW)).toBe(false)
  })

  test('that answers well again begins anew', () => {
    const refused = refusedAddresses()
    for (let times = 0; times < 5; times++) refused.add(URL, NOW)
    refused.clear(URL)
    refused.add(URL, NOW)
    expect(refused.isCoolingDown(URL, NOW + 1000)).toBe(false)
  })

  test('does not stay so for a day because the clock was set back by one', () => {
    const refused = refusedAddresses()
    refused.add(URL, NOW)
    expect(refused.isCoolingDown(URL, NOW - 86_400_000)).toBe(false)
  })

  test('is one of a hundred at most: the memory of a worker is no log', () => {
    const refused = refusedAddresses()
    refused.add(URL, NOW)
    for (let count = 0; count < 100; count++) refused.add(`${URL}/${count}`, NOW)
    expect(refused.isCoolingDown(URL, NOW)).toBe(false)
    expect(refused.isCoolingDown(`${URL}/99`, NOW)).toBe(true)
  })
})

import { describe, expect, it } from 'vitest'
import { date, day, left, moment } from '@/lib/time'

describe('time', () => {
  it('says a day without the year that everybody knows', () => {
    const now = Date.parse('2026-11-29T01:00:00Z')
    expect([date('2026-10-05T16:30:00Z', now), date('2025-10-25T10:00:00Z', now)]).toEqual(['10-06', '2025-10-25'])
  })
  it('is Shanghai time wherever the device is', () => {
    expect(day('2026-11-22T16:30:00Z')).toBe('2026-11-23')
    expect(moment('2026-11-22T16:30:00Z', Date.parse('2026-11-23T00:00:00Z'))).toBe('11-23 00:30')
  })
  it('names the year when it is another one, by Shanghai too', () => {
    expect(moment('2026-12-31T15:59:00Z', Date.parse('2026-12-31T16:00:00Z'))).toBe('2026-12-31 23:59')
  })
  it('counts down in two units and ends with nothing', () => {
    const now = Date.parse('2026-11-23T00:00:00Z')
    const at = (s: number) => new Date(now + s * 1000).toISOString()
    expect([at(65), at(3600), at(90_000), at(0), at(-5)].map((one) => left(one, now))).toEqual(['1 分 05 秒', '1 小时 0 分', '1 天 1 小时', '', ''])
  })
})

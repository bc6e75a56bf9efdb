import { describe, expect, it } from 'vitest'
import { due, live, type Standing, tone } from '@/promoter/lib/seats'

const one = (change: Partial<Standing>): Standing => ({ state: 'open', may: 'nothing', seats: 4, taken: 1, seat: null, opens_at: '2026-12-01T12:00:00+08:00', ...change })

describe('how a roster stands for me', () => {
  it.each([
    [one({}), 'roster.open', ''],
    [one({ may: 'claim' }), 'roster.open', 'warn'],
    [one({ taken: 4 }), 'roster.full', ''],
    [one({ state: 'announced' }), 'roster.announced', ''],
    [one({ state: 'announced', may: 'claim' }), 'roster.open', 'warn'],
    [one({ state: 'announced', taken: 4, opens_at: '2026-11-30T12:00:00+08:00' }), 'roster.full', ''],
    [one({ seat: { state: 'held' } }), 'roster.seat_held', 'good'],
    [one({ seat: { state: 'waiting' }, taken: 4 }), 'roster.seat_waiting', 'warn'],
    [one({ seat: { state: 'lapsed' }, may: 'claim' }), 'roster.seat_lapsed', 'bad'],
    [one({ seat: { state: 'returned' }, taken: 4 }), 'roster.full', ''],
    [one({ seat: { state: 'over' }, state: 'cancelled' }), 'roster.cancelled', ''],
  ])('%#', (standing, word, colour) => {
    expect(live(standing, Date.parse('2026-11-30T13:00:00+08:00'))).toBe(word)
    expect(tone(standing)).toBe(colour)
  })
  it('has come at its second and not before', () => {
    const at = '2026-11-29T12:00:00+08:00'
    expect(due(at, Date.parse(at) - 1)).toBe(false)
    expect(due(at, Date.parse(at))).toBe(true)
  })
})

import { describe, expect, it } from 'vitest'
import { Events } from '@/promoter/lib/events'
import { cells, moved } from '@/promoter/lib/month'

describe('server-sent events', () => {
  it('are read whole from pieces of any size', () => {
    const wire = 'retry: 3000\n\nevent: today\nid: a1\ndata: {"n":1}\n\n: \n\nevent: today\nid: a2\ndata: {"n":\ndata: 2}\n\nevent: bye\ndata: {}\n\n'
    for (const size of [1, 3, 7, 1000]) {
      const events = new Events()
      const told = []
      for (let at = 0; at < wire.length; at += size) told.push(...events.feed(wire.slice(at, at + size)))
      expect(told.map((one) => [one.event, one.id, one.data])).toEqual([['today', 'a1', '{"n":1}'], ['today', 'a2', '{"n":\n2}'], ['bye', 'a2', '{}']])
      expect([events.id, events.retry]).toEqual(['a2', 3000])
    }
  })
})

describe('the month', () => {
  it('begins under its weekday and has all its days', () => {
    expect(cells('2026-11').slice(0, 8)).toEqual(['', '', '', '', '', '', '2026-11-01', '2026-11-02'])
    expect(cells('2028-02').filter(Boolean)).toHaveLength(29)
    expect([moved('2026-12', 1), moved('2026-01', -1), moved('2026-05', -14)]).toEqual(['2027-01', '2025-12', '2025-03'])
  })
})

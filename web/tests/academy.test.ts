import { describe, expect, it } from 'vitest'
import { clock, lastDay, paragraphs, secondsLeft, tapped } from '@/promoter/lib/academy'

describe('the academy', () => {
  it('shows plain paragraphs and points, and takes nothing for markup', () => {
    expect(paragraphs('一段。\n\n- 要点 <b>一</b>\n  - 缩进\n再一段')).toEqual([
      { text: '一段。', point: false },
      { text: '要点 <b>一</b>', point: true },
      { text: '缩进', point: true },
      { text: '再一段', point: false },
    ])
  })

  it('chooses one, or several of which the last stays', () => {
    expect(tapped('single', [0], 2)).toEqual([2])
    expect(tapped('judge', [1], 1)).toEqual([1])
    expect(tapped('multiple', [2], 0)).toEqual([0, 2])
    expect(tapped('multiple', [0, 2], 0)).toEqual([2])
    expect(tapped('multiple', [2], 2)).toEqual([2])
  })

  it("counts down by the house's clock, whatever this device believes", () => {
    const due = '2026-11-29T02:10:00Z'
    const now = Date.parse('2026-11-29T02:00:00Z')
    expect(secondsLeft(due, 0, now)).toBe(600)
    expect(secondsLeft(due, 90_000, now)).toBe(510)
    expect(secondsLeft(due, 0, now + 700_000)).toBe(0)
    expect([clock(605), clock(59), clock(0)]).toEqual(['10:05', '0:59', '0:00'])
  })

  it('tells the last day on which a certificate holds', () => {
    expect(lastDay('2027-11-29T16:00:00Z')).toBe('2027-11-29')
  })
})

import { describe, expect, it } from 'vitest'
import { type Spot, asBackground, daysOf, drawn, gridOf } from '@/promoter/lib/spread'

const spot = (depth: number, channel: string, reach: number, clicks: number, orders = 0): Spot => ({ depth, channel, reach, clicks, orders, own_orders: orders })
/** The faint columns on which the bars stand. */
const GROUND = 3
const SPOTS = [spot(1, 'group', 8, 10, 2), spot(2, 'group', 4, 5), spot(1, 'live', 20, 30, 1), spot(3, 'group', 1, 1, 1)]

describe('the share tree', () => {
  it('is a table whose sums are sums, the busiest channel first', () => {
    expect(gridOf(SPOTS, 'reach')).toEqual({ rows: [{ channel: 'live', at: [20, 0, 0], sum: 20 }, { channel: 'group', at: [8, 4, 1], sum: 13 }], at: [28, 4, 1], sum: 33 })
    expect(gridOf(SPOTS, 'orders').rows.map((row) => [row.channel, row.at])).toEqual([['group', [2, 0, 1]], ['live', [1, 0, 0]]])
    expect(gridOf([], 'clicks')).toEqual({ rows: [], at: [0, 0, 0], sum: 0 })
  })
  it('is drawn as a bar for each cell that has something, and a flow only between neighbours', () => {
    const count = (svg: string, tag: string) => svg.split(`<${tag} `).length - 1
    const svg = drawn(gridOf(SPOTS, 'reach'))
    expect([count(svg, 'rect'), count(svg, 'path')]).toEqual([4, 2 + GROUND])
    expect([count(drawn(gridOf(SPOTS, 'orders')), 'rect'), count(drawn(gridOf(SPOTS, 'orders')), 'path')]).toEqual([3, GROUND])
  })
  it('draws lengths in proportion and nothing outside the picture', () => {
    const tall = [...drawn(gridOf(SPOTS, 'reach')).matchAll(/<rect x="([\d.]+)" y="([\d.]+)" width="30" height="([\d.]+)"/g)].map((m) => m.slice(1).map(Number))
    const first = tall.filter(([x]) => x === 0)
    expect(first[0]![2]! / first[1]![2]!).toBeCloseTo(20 / 8, 1)
    for (const [x, y, h] of tall) expect(x! >= 0 && x! + 30 <= 340 && y! >= 0 && y! + h! <= 170.1).toBe(true)
  })
  it('can be shown as a background without a quote that ends it', () => {
    expect(asBackground('<svg a="1"/>')).toBe('url("data:image/svg+xml,%3Csvg%20a%3D%221%22%2F%3E")')
  })
  it('asks for whole days of Shanghai', () => {
    const late = Date.parse('2026-11-28T17:30:00Z') // half past one on the 29th
    expect(daysOf('today', late)).toEqual({ since: '2026-11-29', until: '2026-11-29' })
    expect(daysOf('week', late)).toEqual({ since: '2026-11-23', until: '2026-11-29' })
    expect(daysOf('month', late)).toEqual({ since: '2026-10-31', until: '2026-11-29' })
  })
})

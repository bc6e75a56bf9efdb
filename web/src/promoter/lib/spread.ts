/** 传播层级 as a table and as a picture: pure, so that both targets draw the same and tests can read it. */
import { day as dayOf } from '@/lib/time'

export type Metric = 'reach' | 'clicks' | 'orders'
export type Range = 'today' | 'week' | 'month' | 'own'
export interface Spot {
  depth: number
  channel: string
  reach: number
  clicks: number
  orders: number
  own_orders: number
}
export interface Row {
  channel: string
  /** At depth 1, 2, 3. */
  at: number[]
  sum: number
}
export interface Grid {
  rows: Row[]
  at: number[]
  sum: number
}
export const METRICS: readonly Metric[] = ['reach', 'clicks', 'orders']
export const RANGES: readonly Range[] = ['today', 'week', 'month', 'own']
/** One colour a channel, readable on light and dark ground. */
export const COLOURS: Record<string, string> = { moments: '#2f9e6e', group: '#3f83dc', article: '#cf8a2b', search: '#8d68d6', live: '#d65f4f', video: '#2a9fb0' }
const DAY = 86_400_000
const BACK: Record<Exclude<Range, 'own'>, number> = { today: 0, week: 6, month: 29 }

/** The days of a range that ends today. */
export function daysOf(range: Exclude<Range, 'own'>, now: number): { since: string; until: string } {
  return { since: dayOf(now - BACK[range] * DAY), until: dayOf(now) }
}

/** Channels by depths, the busiest first; every number stands in one cell only, so the sums are sums. */
export function gridOf(spots: readonly Spot[], metric: Metric): Grid {
  const found = new Map<string, Row>()
  for (const spot of spots) {
    const row = found.get(spot.channel) ?? { channel: spot.channel, at: [0, 0, 0], sum: 0 }
    row.at[spot.depth - 1]! += spot[metric]
    row.sum += spot[metric]
    found.set(spot.channel, row)
  }
  const rows = [...found.values()].sort((a, b) => b.sum - a.sum || (a.channel < b.channel ? -1 : 1))
  const at = [0, 1, 2].map((n) => rows.reduce((sum, row) => sum + row.at[n]!, 0))
  return { rows, at, sum: at[0]! + at[1]! + at[2]! }
}

interface Box {
  x: number
  y: number
  h: number
}
const WIDE = 340
const HIGH = 170
const BAR = 30
const GAP = 3

/** Three columns stacked by channel, and what flows on from each to the next: an SVG without words. */
export function drawn(grid: Grid): string {
  const most = Math.max(...grid.at, 1)
  const room = HIGH - GAP * Math.max(grid.rows.length - 1, 0)
  const boxes = grid.rows.map(() => [] as (Box | null)[])
  grid.at.forEach((_, depth) => {
    const some = grid.rows.map((row) => (row.at[depth] ? Math.max((row.at[depth]! / most) * room, 2) : 0))
    const tall = some.reduce((sum, h) => sum + h, 0) + GAP * Math.max(some.filter(Boolean).length - 1, 0)
    let y = (HIGH - tall) / 2
    some.forEach((h, n) => {
      boxes[n]!.push(h ? { x: depth * ((WIDE - BAR) / 2), y, h } : null)
      if (h) y += h + GAP
    })
  })
  const parts = grid.rows.flatMap((row, n) => {
    const fill = COLOURS[row.channel] ?? '#888888'
    const flows = [0, 1].map((depth) => flow(boxes[n]![depth] ?? null, boxes[n]![depth + 1] ?? null, fill))
    const bars = boxes[n]!.map((box) => (box ? `<rect x="${r(box.x)}" y="${r(box.y)}" width="${BAR}" height="${r(box.h)}" rx="3" fill="${fill}"/>` : ''))
    return [...flows, ...bars]
  })
  const ground = grid.at.map((_, depth) => `<path d="M${r((depth * (WIDE - BAR)) / 2)} 0h${BAR}v${HIGH}h-${BAR}z" fill="#8a948f" fill-opacity="0.1"/>`)
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDE} ${HIGH}" preserveAspectRatio="none">${[...ground, ...parts].join('')}</svg>`
}

function flow(from: Box | null, to: Box | null, fill: string): string {
  if (!from || !to) return ''
  const [x1, x2] = [from.x + BAR, to.x]
  const mid = (x1 + x2) / 2
  const way = `M${r(x1)} ${r(from.y)}C${r(mid)} ${r(from.y)} ${r(mid)} ${r(to.y)} ${r(x2)} ${r(to.y)}V${r(to.y + to.h)}C${r(mid)} ${r(to.y + to.h)} ${r(mid)} ${r(from.y + from.h)} ${r(x1)} ${r(from.y + from.h)}Z`
  return `<path d="${way}" fill="${fill}" fill-opacity="0.28"/>`
}

const r = (n: number): string => String(Math.round(n * 10) / 10)

/** The picture as a background that both targets can show. */
export const asBackground = (svg: string): string => `url("data:image/svg+xml,${encodeURIComponent(svg)}")`

/** What the academy's pages reckon: paragraphs of a chapter, what a tap chooses, what is left of the clock. */

import { day } from '@/lib/time'

export interface Part {
  text: string
  point: boolean
}

/** Plain paragraphs; lines that begin with `- ` are points. Nothing is markup, so nothing can be. */
export function paragraphs(body: string): Part[] {
  return body
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line) => (line.startsWith('- ') ? { text: line.slice(2), point: true } : { text: line, point: false }))
}

/** What is chosen after a tap: one, or several of which the last stays. */
export function tapped(asks: string, chosen: readonly number[], n: number): number[] {
  if (asks !== 'multiple') return [n]
  const next = chosen.includes(n) ? chosen.filter((one) => one !== n) : [...chosen, n].sort((a, b) => a - b)
  return next.length ? next : [...chosen]
}

/** Seconds left by the house's clock: `ahead` is by how much it goes before this device's. */
export function secondsLeft(due: string, ahead: number, now: number = Date.now()): number {
  return Math.max(0, Math.ceil((Date.parse(due) - (now + ahead)) / 1000))
}

/** The last day on which a certificate holds: it ends with that day. */
export const lastDay = (expires: string): string => day(Date.parse(expires) - 1)

/** `9:05` */
export const clock = (s: number): string => `${Math.floor(s / 60)}:${String(s % 60).padStart(2, '0')}`

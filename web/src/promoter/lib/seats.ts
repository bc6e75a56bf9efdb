/** How a roster stands for me, as a word's key and a colour. */
import type { Answer } from '@/api/client'

type Mine = Answer<'/api/v1/me/rosters', 'get'>['items'][number]
export type Standing = Pick<Mine, 'state' | 'may' | 'seats' | 'taken' | 'opens_at'> & { seat: Pick<NonNullable<Mine['seat']>, 'state'> | null }

/** Whether a moment has come. */
export const due = (at: string, now: number): boolean => Date.parse(at) <= now

/** What I have comes first, what I lost next; then what can be had, by the hour and not by who has written it down. */
export function live(one: Standing, now = Date.now()): string {
  const mine = one.seat?.state
  if (mine === 'held' || mine === 'waiting' || mine === 'lapsed') return `roster.seat_${mine}`
  if (one.may === 'claim') return 'roster.open'
  if (one.state === 'open' || (one.state === 'announced' && due(one.opens_at, now))) return one.taken >= one.seats ? 'roster.full' : 'roster.open'
  return `roster.${one.state}`
}

export function tone(one: Standing): '' | 'good' | 'warn' | 'bad' {
  const mine = one.seat?.state
  if (mine === 'held') return 'good'
  if (mine === 'lapsed') return 'bad'
  return mine === 'waiting' || one.may === 'claim' ? 'warn' : ''
}

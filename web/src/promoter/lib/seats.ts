/** How a roster stands for me, as a word's key and a colour. */
import type { Answer } from '@/api/client'

type Mine = Answer<'/api/v1/me/rosters', 'get'>['items'][number]
export type Standing = Pick<Mine, 'state' | 'may' | 'seats' | 'taken'> & { seat: Pick<NonNullable<Mine['seat']>, 'state'> | null }

/** What I have comes first; what is over or lost next; then what the roster is. */
export function live(one: Standing): string {
  const mine = one.seat?.state
  if (mine === 'held' || mine === 'waiting' || mine === 'lapsed') return `roster.seat_${mine}`
  if (one.state === 'open') return one.taken >= one.seats ? 'roster.full' : 'roster.open'
  return `roster.${one.state}`
}

export function tone(one: Standing): '' | 'good' | 'warn' | 'bad' {
  const mine = one.seat?.state
  if (mine === 'held') return 'good'
  if (mine === 'lapsed') return 'bad'
  return mine === 'waiting' || one.may === 'claim' ? 'warn' : ''
}

/** How long until then, and whether it has come: what the countdown shows. */
export const due = (at: string, now: number): boolean => Date.parse(at) <= now

/** What is typed into 试算, in the words of the API: pure. */

export const DAYS = [0, 30, 90, 180] as const
export interface Typed { well?: string; badly?: string }
type How = 'rate' | 'less' | 'state' | 'since' | 'weeks'
interface Field { is: keyof Typed; says: 'well' | 'badly' | 'more' | 'reaches' | 'new' }
const FIELDS: Record<How, readonly Field[]> = {
  rate: [{ is: 'well', says: 'well' }, { is: 'badly', says: 'badly' }],
  less: [{ is: 'badly', says: 'new' }],
  state: [{ is: 'well', says: 'reaches' }],
  weeks: [{ is: 'well', says: 'more' }],
  since: [],
}
export const given = (how: How) => FIELDS[how]

interface Part { code: string; how: How; unit: string }
interface Wish { indicator: string; well: number; badly: number }

/** Whole numbers, money in fen; what is empty or no number is not wished for. A state of 0 is a wish, nothing is not. */
export function wishes(parts: readonly Part[], typed: Record<string, Typed>): Wish[] {
  const found: Wish[] = []
  for (const one of parts) {
    const said = typed[one.code] ?? {}
    const times = one.how === 'rate' && one.unit === '分' ? 100 : 1
    const well = number(said.well, times)
    const badly = number(said.badly, times)
    if (well || badly || (one.how === 'state' && well === 0)) found.push({ indicator: one.code, well: one.how === 'state' ? Math.min(well ?? 0, 100) : (well ?? 0), badly: badly ?? 0 })
  }
  return found
}

function number(said: string | undefined, times: number): number | null {
  const trimmed = (said ?? '').trim()
  return /^\d+(\.\d{1,2})?$/.test(trimmed) ? Math.round(Number(trimmed) * times) : null
}

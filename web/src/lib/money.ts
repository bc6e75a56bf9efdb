/** Amounts are whole fen everywhere; they become yuan only as text, without passing through a float. */

/** `123456` → `1,234.56` */
export function yuan(fen: number): string {
  const [whole, cents] = parts(fen)
  return `${whole}.${cents}`
}

/** The two halves of a price tag: `['1,234', '56']`; a minus stands before the whole part. */
export function parts(fen: number): [string, string] {
  const digits = String(Math.abs(fen)).padStart(3, '0')
  const whole = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ',')
  return [(fen < 0 ? '-' : '') + whole, digits.slice(-2)]
}

/** What a person typed, as fen; null for anything that is not an amount of at least one fen. */
export function typed(text: string): number | null {
  const found = /^(\d{1,10})(?:\.(\d{1,2}))?$/.exec(text.trim())
  if (!found) return null
  const fen = Number(found[1]) * 100 + Number((found[2] ?? '').padEnd(2, '0'))
  return fen > 0 ? fen : null
}

/** `1250` → `12.5%` */
export const percent = (bp: number): string => `${String(bp / 100)}%`

/** `12345` → `1.2 万` */
export const count = (n: number): string => (n < 10_000 ? String(n) : `${(Math.floor(n / 1000) / 10).toFixed(1)} 万`)

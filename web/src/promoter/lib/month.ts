/** Months as `2026-11`, days as `2026-11-23`: words, so that no time zone can move them. */
const two = (n: number): string => String(n).padStart(2, '0')

export const monthOf = (day: string): string => day.slice(0, 7)

export function moved(month: string, by: number): string {
  const n = Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 1 + by
  return `${Math.floor(n / 12)}-${two((n % 12) + 1)}`
}

/** The days of a month under Monday to Sunday; "" before the first. */
export function cells(month: string): string[] {
  const [year, number] = [Number(month.slice(0, 4)), Number(month.slice(5))]
  const first = (new Date(Date.UTC(year, number - 1, 1)).getUTCDay() + 6) % 7
  const days = new Date(Date.UTC(year, number, 0)).getUTCDate()
  return [...Array<string>(first).fill(''), ...Array.from({ length: days }, (_, n) => `${month}-${two(n + 1)}`)]
}

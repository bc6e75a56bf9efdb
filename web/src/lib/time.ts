/** Times are those of Asia/Shanghai, which has no summer time: fixed +8, so that every device shows the same. */

const HOUR = 3_600_000
const two = (n: number): string => String(n).padStart(2, '0')

function shanghai(at: string | number): Date {
  return new Date((typeof at === 'number' ? at : Date.parse(at)) + 8 * HOUR)
}

/** `2026-11-23` */
export function day(at: string | number): string {
  const d = shanghai(at)
  return `${d.getUTCFullYear()}-${two(d.getUTCMonth() + 1)}-${two(d.getUTCDate())}`
}

/** `11-23`, with the year where it is not this one. */
export function date(at: string, now: number = Date.now()): string {
  const full = day(at)
  return full.slice(0, 4) === day(now).slice(0, 4) ? full.slice(5) : full
}

/** `11-23 14:05`, with the year where it is not this one. */
export function moment(at: string, now: number = Date.now()): string {
  const d = shanghai(at)
  return `${date(at, now)} ${two(d.getUTCHours())}:${two(d.getUTCMinutes())}`
}

/** What is left until then: `29 分 05 秒`, `3 小时 20 分`, `2 天 4 小时`; "" when it is over. */
export function left(until: string, now: number = Date.now()): string {
  const ms = Date.parse(until) - now
  if (!(ms > 0)) return ''
  const s = Math.floor(ms / 1000)
  if (s < 3600) return `${Math.floor(s / 60)} 分 ${two(s % 60)} 秒`
  if (s < 86_400) return `${Math.floor(s / 3600)} 小时 ${Math.floor((s % 3600) / 60)} 分`
  return `${Math.floor(s / 86_400)} 天 ${Math.floor((s % 86_400) / 3600)} 小时`
}

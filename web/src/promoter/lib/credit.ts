/** 信用分 as pictures: pure, so that both targets draw the same and tests can read it. */

const R = 84
const CX = 100
const CY = 96
const HALF = Math.PI * R

/** A half ring filled to `score` of 1000; an SVG without words. */
export function ring(score: number, fill: string, ground: string): string {
  const path = `M${CX - R} ${CY}A${R} ${R} 0 0 1 ${CX + R} ${CY}`
  const on = (Math.min(Math.max(score, 0), 1000) / 1000) * HALF
  const stroke = (colour: string, dash: string) => `<path d="${path}" fill="none" stroke="${colour}" stroke-width="12" stroke-linecap="round"${dash}/>`
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 108">${stroke(ground, '')}${stroke(fill, ` stroke-dasharray="${on.toFixed(1)} ${HALF.toFixed(1)}"`)}</svg>`
}

/** The score over its days as a stepped line: it holds until the day on which it moves. */
export function line(days: readonly string[], scores: readonly number[], until: string, colour: string): string {
  const at = [...days.map((one) => Date.parse(one)), Date.parse(until)]
  const first = at[0]!
  const span = Math.max(at[at.length - 1]! - first, 1)
  const low = Math.min(...scores) - 10
  const high = Math.max(...scores) + 10
  const x = (n: number) => (((at[n]! - first) / span) * 312 + 4).toFixed(1)
  const y = (n: number) => (76 - ((scores[n]! - low) / (high - low)) * 72).toFixed(1)
  const steps = scores.map((_, n) => `${n ? `H${x(n)}V${y(n)}` : `M${x(0)} ${y(0)}`}`).join('')
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 80" preserveAspectRatio="none"><path d="${steps}H${x(scores.length)}" fill="none" stroke="${colour}" stroke-width="2" vector-effect="non-scaling-stroke"/></svg>`
}

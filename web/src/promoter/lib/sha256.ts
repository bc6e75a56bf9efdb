/** SHA-256 (FIPS 180-4) for where there is no SubtleCrypto: the mini-program, and pages without https. */
const K = new Uint32Array(64)
const START = new Uint32Array(8)
/** The constants are the first bits of the roots of the first primes; computed, so that no digit can be mistyped. */
{
  const part = (x: number) => Math.floor((x - Math.floor(x)) * 2 ** 32) >>> 0
  for (let n = 2, found = 0; found < 64; n++) {
    let prime = true
    for (let d = 2; d * d <= n; d++) if (n % d === 0) prime = false
    if (!prime) continue
    if (found < 8) START[found] = part(Math.sqrt(n))
    K[found++] = part(Math.cbrt(n))
  }
}
const turn = (x: number, by: number): number => (x >>> by) | (x << (32 - by))

export function pure(data: Uint8Array): Uint8Array {
  const size = ((data.length + 8) >> 6) + 1
  const bytes = new Uint8Array(size * 64)
  bytes.set(data)
  bytes[data.length] = 0x80
  const view = new DataView(bytes.buffer)
  view.setUint32(bytes.length - 8, Math.floor(data.length / 2 ** 29))
  view.setUint32(bytes.length - 4, (data.length << 3) >>> 0)
  const state = START.slice()
  const w = new Uint32Array(64)
  for (let block = 0; block < size; block++) {
    for (let i = 0; i < 16; i++) w[i] = view.getUint32(block * 64 + i * 4)
    for (let i = 16; i < 64; i++) {
      const [a, b] = [w[i - 15]!, w[i - 2]!]
      w[i] = w[i - 16]! + (turn(a, 7) ^ turn(a, 18) ^ (a >>> 3)) + w[i - 7]! + (turn(b, 17) ^ turn(b, 19) ^ (b >>> 10))
    }
    let [a, b, c, d, e, f, g, h] = Array.from(state) as [number, number, number, number, number, number, number, number]
    for (let i = 0; i < 64; i++) {
      const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[i]! + w[i]!) | 0
      const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0
      ;[h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0]
    }
    ;[a, b, c, d, e, f, g, h].forEach((word, i) => (state[i] = state[i]! + word))
  }
  const out = new DataView(new ArrayBuffer(32))
  state.forEach((word, i) => out.setUint32(i * 4, word))
  return new Uint8Array(out.buffer)
}

/** The browser's own where it has one. */
export async function sha256(data: Uint8Array): Promise<Uint8Array> {
  const subtle = typeof crypto === 'undefined' ? undefined : (crypto as Partial<Crypto>).subtle
  return subtle ? new Uint8Array(await subtle.digest('SHA-256', data)) : pure(data)
}

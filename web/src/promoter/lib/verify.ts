/**
 * A proof file checked here and not by the house: fields → canonical bytes → leaf → path → root of the day, day after
 * day, and the last root against the published one. The same rules as `xintui verify` (`foundation/evidence/rules`).
 */
import { sha256 } from './sha256'

type Kind = 'text' | 'whole' | 'day' | 'hex'
type Fields = readonly (readonly [string, Kind])[]
/** A published schema is frozen: name, tag, fields in the order of the leaf. */
const SCHEMAS: Record<string, { tag: string; fields: Fields }> = {
  day: { tag: 'xintui.day.1', fields: [['books', 'text'], ['day', 'day'], ['postings_root', 'hex'], ['postings_count', 'whole'], ['moves_sum_fen', 'whole'], ['previous', 'hex'], ['chain_head', 'hex']] },
  move: { tag: 'xintui.move.1', fields: [['reason', 'text'], ['debit', 'text'], ['credit', 'text'], ['amount_fen', 'whole'], ['accounting_date', 'day']] },
}
const LETTER: Record<Kind, string> = { text: 'S', whole: 'I', day: 'D', hex: 'B' }

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
type Obj = { [key: string]: Json }
export interface Found {
  holds: boolean
  days: number
  moves: number
  root: string
  /** What did not hold first; "" when all holds. */
  wrong: '' | 'fields' | 'leaf' | 'path' | 'chain' | 'published' | 'unreadable'
  at: string
}

class Broken extends Error {
  constructor(readonly why: Exclude<Found['wrong'], ''>, readonly at = '') {
    super(why)
  }
}

/** UTF-8 by hand: the mini-program has no TextEncoder. */
export function utf8(text: string): Uint8Array {
  const out: number[] = []
  for (const char of text) {
    const n = char.codePointAt(0)!
    if (n >= 0xd800 && n <= 0xdfff) throw new Broken('fields')
    if (n < 0x80) out.push(n)
    else if (n < 0x800) out.push(0xc0 | (n >> 6), 0x80 | (n & 63))
    else if (n < 0x10000) out.push(0xe0 | (n >> 12), 0x80 | ((n >> 6) & 63), 0x80 | (n & 63))
    else out.push(0xf0 | (n >> 18), 0x80 | ((n >> 12) & 63), 0x80 | ((n >> 6) & 63), 0x80 | (n & 63))
  }
  return Uint8Array.from(out)
}
export const toHex = (data: Uint8Array): string => Array.from(data, (byte) => byte.toString(16).padStart(2, '0')).join('')
export function fromHex(text: Json | undefined): Uint8Array {
  if (typeof text !== 'string' || !/^(?:[0-9a-f]{2})*$/.test(text)) throw new Broken('fields')
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16))
}
function joined(...parts: Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, one) => sum + one.length, 0))
  parts.reduce((at, one) => (out.set(one, at), at + one.length), 0)
  return out
}
const four = (n: number): Uint8Array => Uint8Array.of(n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255)

function payload(kind: Kind, value: Json | undefined): Uint8Array {
  if (kind === 'hex') return fromHex(value)
  if (kind === 'whole') {
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw new Broken('fields')
    return utf8(String(value))
  }
  if (typeof value !== 'string' || (kind === 'day' && !/^\d{4}-\d\d-\d\d$/.test(value))) throw new Broken('fields')
  return utf8(value)
}

/** 0x01 ‖ count ‖ (tag ‖ length ‖ payload)…: the one way a record is written before it is hashed. */
export function leafBytes(what: string, record: Obj): Uint8Array {
  const schema = SCHEMAS[what]
  if (!schema || Object.keys(record).length !== schema.fields.length) throw new Broken('fields')
  const fields = [['S', utf8(schema.tag)] as const, ...schema.fields.map(([name, kind]) => [LETTER[kind], payload(kind, record[name])] as const)]
  return joined(Uint8Array.of(1), four(fields.length), ...fields.flatMap(([letter, data]) => [utf8(letter), four(data.length), data]))
}

/** The root a path leads to (RFC 9162 §2.1.3); null if no tree of this size has such a path. */
export async function rootFromPath(hashed: Uint8Array, index: number, size: number, path: Uint8Array[]): Promise<Uint8Array | null> {
  if (!(index >= 0 && index < size)) return null
  let [at, last, root] = [index, size - 1, hashed]
  const half = (n: number) => Math.floor(n / 2)
  for (const sibling of path) {
    if (last === 0) return null
    if (at % 2 === 1 || at === last) {
      root = await sha256(joined(Uint8Array.of(1), sibling, root))
      while (at % 2 === 0 && at) [at, last] = [half(at), half(last)]
    } else root = await sha256(joined(Uint8Array.of(1), root, sibling))
    ;[at, last] = [half(at), half(last)]
  }
  return last === 0 ? root : null
}

async function checkDay(proof: Obj): Promise<{ head: Obj; root: string; moves: number }> {
  const root = toHex(fromHex(proof.root))
  const size = proof.tree_size
  if (proof.xintui_proof !== 1 || proof.what !== 'day' || typeof size !== 'number' || !Array.isArray(proof.records)) throw new Broken('unreadable')
  let head: Obj | null = null
  let before = -1
  for (const item of proof.records as Obj[]) {
    const record = item.record as Obj
    const index = item.index
    if (typeof index !== 'number' || index <= before || !Array.isArray(item.path)) throw new Broken('unreadable')
    before = index
    const at = `${String(record?.accounting_date ?? record?.day ?? '')} #${index}`
    if (item.what !== (index === 0 ? 'day' : 'move')) throw new Broken('fields', at)
    const leaf = leafBytes(item.what, record)
    if (toHex(leaf) !== item.leaf) throw new Broken('leaf', at)
    const found = await rootFromPath(await sha256(joined(Uint8Array.of(0), leaf)), index, size, item.path.map(fromHex))
    if (!found || toHex(found) !== root) throw new Broken('path', at)
    if (index === 0) {
      head = record
      if (record.postings_count !== size - 1) throw new Broken('fields', at)
    } else if (!head || record.accounting_date !== head.day) throw new Broken('fields', at)
  }
  if (!head) throw new Broken('unreadable')
  return { head, root, moves: proof.records.length - 1 }
}

/** Every day of a bundle, each continuing the one before; `published`: day → root, as anybody may read it. */
export async function verify(document: Json, published: Record<string, string>): Promise<Found> {
  const found: Found = { holds: false, days: 0, moves: 0, root: '', wrong: '', at: '' }
  try {
    const bundle = document as Obj
    if (bundle?.xintui_bundle !== 1 || !Array.isArray(bundle.proofs) || !bundle.proofs.length) throw new Broken('unreadable')
    let last: { head: Obj; root: string } | null = null
    for (const proof of bundle.proofs as Obj[]) {
      const one = await checkDay(proof)
      const day = String(one.head.day)
      if (last && (one.head.books !== last.head.books || day <= String(last.head.day) || one.head.previous !== last.root)) throw new Broken('chain', day)
      if (published[day] !== undefined && published[day] !== one.root) throw new Broken('published', day)
      last = one
      Object.assign(found, { days: found.days + 1, moves: found.moves + one.moves, root: one.root })
    }
    if (published[String(last!.head.day)] !== last!.root) throw new Broken('published', String(last!.head.day))
    found.holds = true
  } catch (problem) {
    if (!(problem instanceof Broken)) return { ...found, wrong: 'unreadable' }
    Object.assign(found, { wrong: problem.why, at: problem.at })
  }
  return found
}

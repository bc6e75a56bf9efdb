import { readFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { pure, sha256 } from '@/promoter/lib/sha256'
import { type Json, fromHex, rootFromPath, toHex, utf8, verify } from '@/promoter/lib/verify'

const given = JSON.parse(readFileSync(`${__dirname}/vectors/account-month.json`, 'utf8')) as { published: Record<string, string>; bundle: Json }
const copy = () => JSON.parse(JSON.stringify(given.bundle)) as any
const leaf = async (data: Uint8Array) => sha256(Uint8Array.from([0, ...data]))
const node = async (l: Uint8Array, r: Uint8Array) => sha256(Uint8Array.from([1, ...l, ...r]))

describe('sha-256', () => {
  it('agrees with the published vectors and with another implementation at every length around a block', async () => {
    expect(toHex(pure(utf8('')))).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
    expect(toHex(pure(utf8('abc')))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
    for (let n = 0; n < 200; n++) {
      const data = Uint8Array.from({ length: n }, (_, i) => (i * 7 + n) & 255)
      expect(toHex(pure(data))).toBe(createHash('sha256').update(data).digest('hex'))
    }
    expect(toHex(pure(new Uint8Array(100_000)))).toBe(createHash('sha256').update(new Uint8Array(100_000)).digest('hex'))
  })
})

describe('the tree of RFC 6962', () => {
  it('leads from the eight known leaves to the known root', async () => {
    const leaves = await Promise.all(['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'].map((text) => leaf(fromHex(text))))
    const pairs = await Promise.all([0, 2, 4, 6].map((n) => node(leaves[n]!, leaves[n + 1]!)))
    const right = await node(pairs[2]!, pairs[3]!)
    const root = await rootFromPath(leaves[0]!, 0, 8, [leaves[1]!, pairs[1]!, right])
    expect(toHex(root!)).toBe('5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328')
    const three = await rootFromPath(leaves[2]!, 2, 3, [pairs[0]!])
    expect(toHex(three!)).toBe('aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77')
    expect(await rootFromPath(leaves[0]!, 8, 8, [])).toBeNull()
    expect(await rootFromPath(leaves[0]!, 0, 8, [leaves[1]!])).toBeNull()
  })
})

describe('a month of an account', () => {
  it('holds against the published roots', async () => {
    expect(await verify(given.bundle, given.published)).toMatchObject({ holds: true, days: 2, moves: 5, wrong: '', root: given.published['2026-11-21'] })
  })

  it('is refused with one fen, one letter or one day changed in any record', async () => {
    for (const [d, proof] of copy().proofs.entries())
      for (const n of proof.records.keys())
        for (const name of Object.keys(proof.records[n].record)) {
          const forged = copy()
          const record = forged.proofs[d].records[n].record
          const value = record[name]
          record[name] = typeof value === 'number' ? value + 1 : value.replace(/.$/, (last: string) => (last === '0' ? '1' : '0'))
          if (record[name] === value) continue
          expect((await verify(forged, given.published)).holds, `${d} ${n} ${name}`).toBe(false)
        }
  })

  it('is refused with a byte of a path changed, a record moved, a day missing, or another root published', async () => {
    const path = copy()
    path.proofs[0].records[1].path[0] = path.proofs[0].records[1].path[0].replace(/^./, (c: string) => (c === '0' ? '1' : '0'))
    expect(await verify(path, given.published)).toMatchObject({ holds: false, wrong: 'path' })
    const moved = copy()
    moved.proofs[0].records[1].index += 1
    expect((await verify(moved, given.published)).holds).toBe(false)
    const swapped = copy()
    swapped.proofs.reverse()
    expect(await verify(swapped, given.published)).toMatchObject({ holds: false, wrong: 'chain' })
    const other = { ...given.published, '2026-11-20': given.published['2026-11-21']! }
    expect(await verify(given.bundle, other)).toMatchObject({ holds: false, wrong: 'published', at: '2026-11-20' })
    expect(await verify(given.bundle, {})).toMatchObject({ holds: false, wrong: 'published' })
    for (const odd of [null, 1, {}, { xintui_bundle: 1, proofs: [] }, { xintui_bundle: 1, proofs: [{}] }]) expect((await verify(odd as Json, given.published)).holds).toBe(false)
  })
})

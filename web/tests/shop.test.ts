import { describe, expect, it } from 'vitest'
import { NOTHING, describe as chipsOf } from '@/lib/filters'
import { FIRST_MS, LAST_MS, pause } from '@/lib/poll'
import { fitted } from '@/lib/photo'
import { ofOrder, ofSale } from '@/lib/progress'

const named = { kind: () => '茶叶', shop: () => '云岭茶坊' }

describe('what a search is narrowed by', () => {
  it('is shown as chips, each with what takes it away', () => {
    const all = { text: '茶', category: 'tea', merchant_id: 'mch1', tag: '新茶', price_from_fen: 2000, price_to_fen: 12050, in_stock: true }
    expect(chipsOf(all, named).map((one) => one.says)).toEqual(['茶叶', '云岭茶坊', '新茶', '¥20 – ¥120.50', '只看有货'])
    const left = chipsOf(all, named).reduce((by, one) => ({ ...by, ...one.without }), all)
    expect(left).toEqual({ ...NOTHING, text: '茶' })
    expect(chipsOf(left, named)).toEqual([])
  })
  it('says half a price range as half a range', () => {
    const half = (change: object) => chipsOf({ text: '', ...NOTHING, ...change }, named)[0]?.says
    expect([half({ price_from_fen: 100 }), half({ price_to_fen: 123456 })]).toEqual(['¥1 以上', '¥1,234.56 以下'])
  })
})

describe('asking again', () => {
  it('gets slower while nothing happens and quick again after a change', () => {
    const waits = [FIRST_MS]
    while (waits.length < 8) waits.push(pause(waits.at(-1)!, false))
    expect(waits).toEqual([4000, 6000, 9000, 13500, 20250, LAST_MS, LAST_MS, LAST_MS])
    expect(pause(LAST_MS, true)).toBe(FIRST_MS)
  })
})

describe('the way', () => {
  it('of an order ends where it is received, and an order that was closed has none', () => {
    expect(['placed', 'paid', 'shipped', 'received', 'done'].map((state) => ofOrder(state)!.at)).toEqual([1, 2, 3, 4, 4])
    expect([ofOrder('closed'), ofOrder('refunded')]).toEqual([null, null])
  })
  it('of a request depends on what was asked for', () => {
    expect(ofSale('refund_only', 'refunding')).toEqual({ steps: ['aftersale.step_applied', 'aftersale.step_refunding', 'aftersale.step_refunded'], at: 1 })
    expect([ofSale('return_refund', 'returning')!.at, ofSale('exchange', 'exchanged')!.at]).toEqual([2, 5])
    expect([ofSale('exchange', 'rejected'), ofSale('refund_only', 'refund_failed')]).toEqual([null, null])
  })
})

describe('a picture to be sent', () => {
  it('is made smaller, never larger, in its own shape', () => {
    expect([fitted(4000, 3000), fitted(600, 400), fitted(100, 20_000)]).toEqual([[1280, 960], [600, 400], [6, 1280]])
  })
})

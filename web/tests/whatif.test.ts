import { describe, expect, it } from 'vitest'
import { given, wishes } from '@/promoter/lib/whatif'

const PARTS = [
  { code: 'returns', how: 'rate', unit: '分' },
  { code: 'fulfilment', how: 'rate', unit: '笔' },
  { code: 'violations', how: 'less', unit: '分' },
  { code: 'deposit', how: 'state', unit: '%' },
  { code: 'tenure', how: 'since', unit: '天' },
] as const

describe('what is typed into 试算', () => {
  it('is money in fen where the unit is money, and plain numbers elsewhere', () => {
    expect(wishes(PARTS, { returns: { well: '12.5', badly: '3' }, fulfilment: { well: '20' }, violations: { badly: '4' } })).toEqual([
      { indicator: 'returns', well: 1250, badly: 300 }, { indicator: 'fulfilment', well: 20, badly: 0 }, { indicator: 'violations', well: 0, badly: 4 },
    ])
  })
  it('leaves out what is empty, nought or no number', () => {
    expect(wishes(PARTS, { returns: { well: '' }, fulfilment: { well: '0', badly: 'x' }, violations: {} })).toEqual([])
  })
  it('takes a state of nought for a wish, and none above the whole', () => {
    expect(wishes(PARTS, { deposit: { well: '0' } })).toEqual([{ indicator: 'deposit', well: 0, badly: 0 }])
    expect(wishes(PARTS, { deposit: { well: '140' } })).toEqual([{ indicator: 'deposit', well: 100, badly: 0 }])
  })
  it('asks nothing of what only time changes', () => {
    expect(given('since')).toEqual([])
    expect(given('rate').map((one) => one.is)).toEqual(['well', 'badly'])
  })
})

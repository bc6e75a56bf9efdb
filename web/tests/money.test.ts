import { describe, expect, it } from 'vitest'
import { count, parts, percent, typed, yuan } from '@/lib/money'

describe('money', () => {
  it('shows fen as yuan with both digits and commas', () => {
    expect([0, 1, 99, 100, 123456, 100000000].map(yuan)).toEqual(['0.00', '0.01', '0.99', '1.00', '1,234.56', '1,000,000.00'])
  })
  it('puts the minus before the whole part', () => {
    expect(parts(-5)).toEqual(['-0', '05'])
    expect(parts(-123456)).toEqual(['-1,234', '56'])
  })
  it('reads what a person typed without a float', () => {
    expect(['1', '1.1', '1.10', '0.01', ' 12.30 ', '1.15', '4.35', '9999999999.99'].map(typed)).toEqual([100, 110, 110, 1, 1230, 115, 435, 999999999999])
  })
  it('refuses what is no amount', () => {
    expect(['', '0', '0.00', '-1', '1.001', '1,000', '一百', '1e3', '.5', '5.'].map(typed)).toEqual(Array(10).fill(null))
  })
  it('gives back what it shows', () => {
    for (let fen = 1; fen < 200_000; fen += 37) expect(typed(yuan(fen).replace(/,/g, ''))).toBe(fen)
  })
  it('tells rates and counts', () => {
    expect([percent(1250), percent(800), percent(5)]).toEqual(['12.5%', '8%', '0.05%'])
    expect([count(9999), count(12345), count(100_000)]).toEqual(['9999', '1.2 万', '10.0 万'])
  })
})

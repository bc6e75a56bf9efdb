import { describe, expect, it, vi } from 'vitest'
import { areaList } from '@vant/area-data'
import { blank, lacks, trimmed } from '@/lib/address'
import { choices, joined, path } from '@/lib/regions'
import { UNDO_MS, useUndo } from '@/lib/undo'

const good = { name: ' 李雷 ', phone: '138 0000-0001', region_code: '330106', region: '浙江省杭州市西湖区', street: '文三路 1 号' }

describe('an address', () => {
  it('is tidied before it is sent', () => {
    expect(trimmed(good)).toEqual({ ...good, name: '李雷', phone: '13800000001' })
    expect(lacks(trimmed(good))).toBe('')
  })
  it('names what is missing, one thing at a time', () => {
    expect(lacks(blank())).toBe('address.no_name')
    const without = (change: object) => lacks(trimmed({ ...good, ...change }))
    expect([without({ phone: '12345' }), without({ region_code: '' }), without({ region: '' }), without({ street: ' ' })])
      .toEqual(['address.bad_phone', 'address.no_region', 'address.no_region', 'address.no_street'])
  })
})

describe('regions', () => {
  it('go from provinces to counties and end there', () => {
    expect(choices(areaList).length).toBe(34)
    expect(choices(areaList, '330000').map((one) => one.name)).toContain('杭州市')
    expect(choices(areaList, '330100').find((one) => one.name === '西湖区')).toEqual({ code: '330106', name: '西湖区' })
    expect(choices(areaList, '330106')).toEqual([])
  })
  it('lead every city to something that the server takes', () => {
    for (const province of choices(areaList)) for (const city of choices(areaList, province.code)) {
      const counties = choices(areaList, city.code)
      expect(counties.length, city.name).toBeGreaterThan(0)
      for (const one of counties) expect(one.code).toMatch(/^(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12])\d{4}$/)
    }
  })
  it('are found again by their code, and said without saying 北京市 twice', () => {
    expect(path(areaList, '110108').map((one) => one.name)).toEqual(['北京市', '北京市', '海淀区'])
    expect(joined(['北京市', '北京市', '海淀区'])).toBe('北京市海淀区')
    expect(path(areaList, '999999')).toEqual([])
  })
})

describe('taking back', () => {
  it('works once, for the newest deed, and only for a while', async () => {
    vi.useFakeTimers()
    const done: string[] = []
    const { says, offer, undo } = useUndo()
    offer('甲', () => done.push('甲'))
    offer('乙', () => done.push('乙'))
    expect(says.value).toBe('乙')
    await undo()
    await undo()
    expect([done, says.value]).toEqual([['乙'], ''])
    offer('丙', () => done.push('丙'))
    vi.advanceTimersByTime(UNDO_MS)
    await undo()
    expect(done).toEqual(['乙'])
    vi.useRealTimers()
  })
})

import { describe, expect, it } from 'vitest'
import { nextTick } from 'vue'
import { visitor } from '@/lib/device'
import { byPhone, installation, login } from '@/lib/doors'
import { usePages } from '@/lib/load'
import { add, drop, set, useCart } from '@/stores/cart'
import { labelFor, opened, passedOn, pausedFor, touch } from '@/stores/via'
import { replies, sent } from './setup'
import shop from '@/locale/zh-CN'
import promoter from '@/promoter/zh-CN'
import complaints from '@/disputes/zh-CN'

/** As `learn` puts them together: sentence by sentence, so two books may say something under one heading. */
const books = [shop, promoter, complaints]

describe('a login', () => {
  it('says which installation it comes from, always the same random number, and not the number of attribution', async () => {
    const tokens = { access_token: 'a', access_expires_at: '2099-01-01T00:00:00Z', refresh_token: 'r', refresh_expires_at: '2099-01-01T00:00:00Z', device_id: 'd', user_id: 'u' }
    for (let n = 0; n < 2; n++) replies.push(() => ({ status: 200, data: tokens }), () => ({ status: 200, data: {} }), () => ({ status: 200, data: null }))
    await byPhone('13800000000', '123456')
    await login('buyer1', 'secret')
    const told = sent.filter(({ url }) => url.includes('/auth/')).map(({ body }) => (body as { installation: string }).installation)
    expect(told).toEqual([installation(), installation()])
    expect(told[0]).toMatch(/^[0-9a-f]{32}$/)
    expect(told[0]).not.toBe(visitor())
  })
})

describe('the cart', () => {
  it('adds up, keeps its bounds, and lies on the device', async () => {
    const { state, pieces } = useCart()
    add('s1', 2)
    add('s2', 998)
    add('s2', 5)
    expect(state.entries.map(({ sku, qty }) => [sku, qty])).toEqual([['s2', 999], ['s1', 2]])
    set('s1', 0)
    await nextTick()
    expect(pieces.value).toBe(999)
    expect(uni.getStorageSync('xt.cart')).toEqual([{ sku: 's2', qty: 999, on: true }])
    drop(['s2'])
    expect(pieces.value).toBe(0)
  })
})

describe('a shared link', () => {
  it('leaves its label on the thing it led to, and on nothing else', async () => {
    replies.push(() => ({ status: 200, data: { target: { kind: 'product', id: 'prd1', merchant_id: 'mch1', title: '' }, label: '广告·推广赚佣金', counted: true } }))
    await touch('CODE')
    expect(sent[0]!.body).toEqual({ code: 'CODE', visitor_id: uni.getStorageSync('xt.visitor'), via: '' })
    expect([labelFor('prd1', 'mch1'), labelFor('prd2', 'mch1')]).toEqual(['广告·推广赚佣金', ''])
  })
  it('is passed on with the mark of whoever passes it on, and a double tap loses no mark', async () => {
    const landing = (mark: string) => () => ({ status: 200, data: { target: { kind: 'shop', id: 'mch7', merchant_id: 'mch7', title: '' }, label: '广告', counted: !!mark, mark } })
    replies.push(landing('tch9'), landing(''))
    await touch('CODE7', 'tch8')
    expect(sent.at(-1)!.body).toEqual({ code: 'CODE7', visitor_id: uni.getStorageSync('xt.visitor'), via: 'tch8' })
    expect(passedOn('prd7', 'mch7')).toBe('&s=CODE7&r=tch9')
    await touch('CODE7', 'tch8')
    expect(passedOn('prd7', 'mch7')).toBe('&s=CODE7&r=tch9')
    expect(passedOn('prd7', 'mch8')).toBe('')
  })
  it('is remembered with its title, the newest first, so that it can be reported', async () => {
    const landing = (id: string, title: string) => () => ({ status: 200, data: { target: { kind: 'product', id, merchant_id: 'mch', title }, label: '广告', counted: true, mark: '', paused: '' } })
    replies.push(landing('p1', '龙井'), landing('p2', '茶杯'))
    await touch('CODE1')
    await new Promise((done) => setTimeout(done, 2))
    await touch('CODE2')
    expect(opened().map(({ code, title }) => [code, title])).toEqual([['CODE2', '茶杯'], ['CODE1', '龙井']])
  })
  it('says that its product is not promoted at present, until a later touch says otherwise', async () => {
    const landing = (paused: string) => () => ({ status: 200, data: { target: { kind: 'product', id: 'prd8', merchant_id: 'mch8', title: '' }, label: '广告', counted: true, mark: '', paused } })
    replies.push(landing('近 30 天退货率 30%'), landing(''))
    await touch('CODE8')
    expect([pausedFor('prd8'), pausedFor('prd9')]).toEqual([true, false])
    await touch('CODE8')
    expect(pausedFor('prd8')).toBe(false)
  })
})

describe('a list', () => {
  it('drops the answer to an older question', async () => {
    let first!: (page: { items: string[]; next: string | null }) => void
    const answers = [new Promise<{ items: string[]; next: string | null }>((done) => (first = done)), Promise.resolve({ items: ['new'], next: null })]
    const { items, load } = usePages(() => answers.shift()!)
    const slow = load()
    await load()
    first({ items: ['old'], next: 'x' })
    await slow
    expect(items.value).toEqual(['new'])
  })
  it('goes on where it stopped', async () => {
    const asked: string[] = []
    const { items, load, more, next } = usePages((after) => (asked.push(after), Promise.resolve({ items: [asked.length], next: asked.length < 2 ? 'k' : null })))
    await load()
    await more()
    await more()
    expect([items.value, asked, next.value]).toEqual([[1, 2], ['', 'k'], null])
  })
})

describe('the words', () => {
  it('are all there for whoever asks by key', async () => {
    const files = import.meta.glob('../src/**/*.{vue,ts}', { query: '?raw', import: 'default', eager: true }) as Record<string, string>
    const known = (key: string) => books.map((book) => key.split('.').reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], book)).find((found) => typeof found === 'string')
    const asked = Object.values(files).flatMap((text) => [...text.matchAll(/\bt\('([a-z0-9_.]+)'/g)].map((found) => found[1]!))
    expect(asked.length).toBeGreaterThan(150)
    expect([...new Set(asked)].filter((key) => typeof known(key) !== 'string')).toEqual([])
  })
  it('hold no foreign word but names', () => {
    const texts = (at: object): string[] => Object.values(at).flatMap((one) => (typeof one === 'string' ? [one] : texts(one)))
    const words = books.flatMap(texts).flatMap((text) => text.replace(/\{\w+\}/g, '').match(/[A-Za-z]{2,}/g) ?? [])
    expect(new Set(words)).toEqual(new Set(['PDF', 'pdf', 'csv', 'zip']))
  })
})

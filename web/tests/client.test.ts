import { describe, expect, it } from 'vitest'
import { get, newKey, post } from '@/api/client'
import { Refusal } from '@/api/refusal'
import { type Tokens, keep, kept } from '@/api/session'
import { replies, sent } from './setup'

const tokens = (n: number, seconds = 1800): Tokens => ({
  access_token: `a${n}`, refresh_token: `r${n}`, device_id: 'dev1', user_id: 'usr1',
  access_expires_at: new Date(Date.now() + seconds * 1000).toISOString(),
  refresh_expires_at: new Date(Date.now() + 86_400_000).toISOString(),
})
const ok = (data: unknown) => () => ({ status: 200, data })

describe('the client', () => {
  it('fills path and query, leaves out what is empty, and sends the token', async () => {
    keep(tokens(1))
    replies.push(ok({ items: [], next: null }))
    await get('/api/v1/catalog/products', { query: { text: '茶 & 器', category: '', limit: 2 } })
    expect(sent[0]).toMatchObject({ url: '/api/v1/catalog/products?text=%E8%8C%B6%20%26%20%E5%99%A8&limit=2', method: 'GET', header: { Authorization: 'Bearer a1' } })
    expect(sent[0]!.header['Idempotency-Key']).toBeUndefined()
  })

  it('asks for a new pair once when two requests find the token refused, and repeats both', async () => {
    keep(tokens(1))
    const refused = () => ({ status: 401, data: { code: 'identity.not_authenticated', message: '', facts: {} } })
    replies.push(refused, refused, ok(tokens(2)), ok({ n: 1 }), ok({ n: 2 }))
    await Promise.all([get('/api/v1/me'), get('/api/v1/me/devices')])
    expect(sent.filter((one) => one.url === '/api/v1/auth/refresh').map((one) => one.body)).toEqual([{ refresh_token: 'r1' }])
    expect(sent.slice(-2).map((one) => one.header['Authorization'])).toEqual(['Bearer a2', 'Bearer a2'])
    expect(kept()!.refresh_token).toBe('r2')
  })

  it('renews a token that is about to end before it is tried', async () => {
    keep(tokens(1, 10))
    replies.push(ok(tokens(2)), ok({}))
    await get('/api/v1/me')
    expect(sent.map((one) => one.url)).toEqual(['/api/v1/auth/refresh', '/api/v1/me'])
  })

  it('forgets a login that the server no longer knows', async () => {
    keep(tokens(1))
    const refused = () => ({ status: 401, data: { code: 'identity.not_authenticated', message: 'x', facts: {} } })
    replies.push(refused, refused)
    await expect(get('/api/v1/me')).rejects.toMatchObject({ status: 401, message: '登录已过期，请重新登录' })
    expect(kept()).toBeNull()
  })

  it('repeats a lost write once under the same key', async () => {
    replies.push(() => 'lost', ok({}))
    await post('/api/v1/orders/quote', { body: { items: [{ sku_id: 'sku1', qty: 1 }] } })
    const keys = sent.map((one) => one.header['Idempotency-Key'])
    expect(keys[0]).toMatch(/^[0-9a-f]{32}$/)
    expect(keys[1]).toBe(keys[0])
  })

  it('gives two intentions two keys, and one intention the key it came with', async () => {
    replies.push(ok({}), ok({}))
    await post('/api/v1/orders/quote', { body: { items: [] }, key: 'mine' })
    await post('/api/v1/orders/quote', { body: { items: [] } })
    expect(sent[0]!.header['Idempotency-Key']).toBe('mine')
    expect(sent[1]!.header['Idempotency-Key']).not.toBe('mine')
    expect(new Set(Array.from({ length: 500 }, newKey)).size).toBe(500)
  })

  it('says a refusal in words: ours for a buyer, else the server’s, else a plain one', async () => {
    const no = (status: number, code: string, message: string) => () => ({ status, data: { code, message, facts: { left: 3 } } })
    replies.push(no(409, 'catalog.out_of_stock', 'x'), no(409, 'orders.refund_too_large', '退款超过可退金额'), () => ({ status: 502, data: '<html>' }), () => 'lost', () => 'lost')
    const failed = async () => get('/api/v1/me').catch((error: Refusal) => error)
    expect(await failed()).toMatchObject({ code: 'catalog.out_of_stock', message: '库存不足，请减少数量', facts: { left: 3 } })
    expect(await failed()).toMatchObject({ message: '退款超过可退金额' })
    expect(await failed()).toMatchObject({ code: 'http.502', message: '服务器开小差了，请稍后再试' })
    expect(await failed()).toMatchObject({ code: 'network.unreachable', message: '网络不通，请检查后重试' })
  })
})

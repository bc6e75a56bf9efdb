/** A `uni` that keeps what it is given and answers as each test says. */
import { beforeEach, vi } from 'vitest'

export interface Sent {
  url: string
  method: string
  body: unknown
  header: Record<string, string>
}
type Reply = { status: number; data?: unknown } | 'lost'
export const sent: Sent[] = []
export const replies: ((one: Sent) => Reply)[] = []
const store = new Map<string, unknown>()

beforeEach(() => {
  sent.length = replies.length = 0
  store.clear()
})

const nothing = vi.fn()
vi.stubGlobal('uni', {
  getStorageSync: (key: string) => store.get(key) ?? '',
  setStorageSync: (key: string, value: unknown) => void store.set(key, JSON.parse(JSON.stringify(value))),
  removeStorageSync: (key: string) => void store.delete(key),
  setTabBarBadge: nothing,
  removeTabBarBadge: nothing,
  stopPullDownRefresh: nothing,
  request(asked: { url: string; method: string; data?: string; header: Record<string, string>; success: (a: object) => void; fail: () => void }) {
    const one = { url: asked.url.replace(/^https?:\/\/[^/]+/, ''), method: asked.method, body: asked.data && JSON.parse(asked.data), header: asked.header }
    sent.push(one)
    const reply = replies.shift()
    if (!reply) throw new Error(`nobody answers ${one.method} ${one.url}`)
    const answer = reply(one)
    setTimeout(() => (answer === 'lost' ? asked.fail() : asked.success({ statusCode: answer.status, data: answer.data })))
  },
})

/**
 * 订阅消息: WeChat asks the person, who allows one message with each tap. It may be asked only in the mini-program and
 * only from a tap or after a payment; a "no", or an old WeChat, changes nothing for what was being done.
 */
import { get, post } from '@/api/client'

type Said = 'accept' | 'reject' | 'ban' | 'filter'
const SAID: readonly string[] = ['accept', 'reject', 'ban', 'filter']

/** What may be asked, fetched ahead: WeChat wants its question asked in the tap itself, not after a round trip. */
export async function askable(moment: 'paid' | 'withdrawn'): Promise<string[]> {
  let found: string[] = []
  // #ifdef MP-WEIXIN
  found = await get('/api/v1/messages/askable', { query: { moment } }).then((r) => r.items.map((one) => one.template_id), () => [])
  // #endif
  return found
}

export async function askToTell(tmplIds: string[]): Promise<void> {
  if (!tmplIds.length) return
  // #ifdef MP-WEIXIN
  const said = await new Promise<Record<string, string>>((done) => {
    uni.requestSubscribeMessage({ tmplIds, success: (r) => done(r as unknown as Record<string, string>), fail: () => done({}) })
  })
  const answers = Object.fromEntries(tmplIds.filter((id) => SAID.includes(said[id] ?? '')).map((id) => [id, said[id] as Said]))
  if (Object.keys(answers).length) await post('/api/v1/messages/allow', { body: { answers } }).then(() => undefined, () => undefined)
  // #endif
}

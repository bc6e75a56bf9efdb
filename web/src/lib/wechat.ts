/** 微信网页授权 on H5: set out for WeChat with a ticket of this browser's own, and come back with it. */
import { post } from '@/api/client'
import { leave } from '@/lib/device'
import { returned } from '@/lib/doors'

const PLACE = 'xt.visit'
interface Visit {
  ticket: string
  bind: boolean
}

/** Whether this page is open inside WeChat; elsewhere WeChat asks nobody. */
export function inWechat(): boolean {
  let inside = false
  // #ifdef H5
  inside = /MicroMessenger/i.test(navigator.userAgent)
  // #endif
  return inside
}

/** To log in, or (`bind`) to tie WeChat to the account one is in; `back_to` is the page to return to. */
export async function setOut(back_to: string, bind = false): Promise<void> {
  const body = { back_to }
  const door = bind ? await post('/api/v1/me/wechat/door', { body }) : await post('/api/v1/auth/wechat/door', { body })
  uni.setStorageSync(PLACE, { ticket: door.ticket, bind } satisfies Visit)
  leave(door.url)
}

/** Back from WeChat: the page one came from. A return that this browser did not set out for is refused by the server. */
export async function welcomed(code: string, state: string): Promise<string> {
  const visit = uni.getStorageSync(PLACE) as Visit | ''
  uni.removeStorageSync(PLACE)
  const given = { code, state, ticket: (visit && visit.ticket) || '-' }
  if (visit && visit.bind) return (await post('/api/v1/me/wechat', { body: given })).back_to
  return returned(given)
}

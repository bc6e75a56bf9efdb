/** The doors: how somebody logs in, and what this client says of itself while doing so. No page that sells needs this. */
import { newKey, post } from '@/api/client'
import { enter } from '@/stores/me'

/** 安装标识: a random number this installation made for itself. Nothing of the device is in it; clearing the data ends it.
 * The server keeps a keyed hash for 180 days, to see one telephone with many accounts: 隐私中心 says so. */
export function installation(): string {
  const found = uni.getStorageSync('xt.installation') as string
  if (found) return found
  const made = newKey()
  uni.setStorageSync('xt.installation', made)
  return made
}

/** The name under which this device appears in the list of logins. */
export function deviceName(): string {
  let name = '微信小程序'
  // #ifdef H5
  const agent = navigator.userAgent
  const kind = /iPhone|iPad/.test(agent) ? '苹果手机' : /Android/.test(agent) ? '安卓手机' : '电脑'
  name = `${kind} · ${/MicroMessenger/.test(agent) ? '微信内浏览器' : '浏览器'}`
  // #endif
  return name
}

const here = () => ({ device_name: deviceName(), installation: installation() })

export async function login(name: string, password: string, otp = ''): Promise<void> {
  await enter(await post('/api/v1/auth/login', { body: { login: name, password, otp, ...here() } }))
}

export async function sendCode(phone: string): Promise<void> {
  await post('/api/v1/auth/sms', { body: { phone } })
}

/** Somebody new is let in the same way: the account is made at the first visit. */
export async function byPhone(phone: string, code: string): Promise<void> {
  await enter(await post('/api/v1/auth/phone', { body: { phone, code, ...here() } }))
}

/** By WeChat's own code, in the mini-program. */
export async function wechat(code: string): Promise<void> {
  await enter(await post('/api/v1/auth/wechat', { body: { code, ...here() } }))
}

/** Back from WeChat's page, on H5. */
export async function returned(given: { code: string; state: string; ticket: string }): Promise<string> {
  const found = await post('/api/v1/auth/wechat/enter', { body: { ...given, ...here() } })
  if (found.tokens) await enter(found.tokens)
  return found.back_to
}

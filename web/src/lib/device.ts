/** What differs between a browser and WeChat, in one place. */
import { SERVER, file } from '@/api/client'
import { newKey } from '@/api/client'

/** A first-party id for attribution; it names a device, not a person. */
export function visitor(): string {
  const found = uni.getStorageSync('xt.visitor') as string
  if (found) return found
  const made = newKey()
  uni.setStorageSync('xt.visitor', made)
  return made
}

export const isMini = (): boolean => {
  let mini = false
  // #ifdef MP-WEIXIN
  mini = true
  // #endif
  return mini
}

/** Opens a PDF behind the API. */
export async function openPaper(path: string, name: string): Promise<void> {
  const place = await file(path)
  // #ifdef H5
  const link = document.createElement('a')
  link.href = place
  link.download = name
  link.click()
  // #endif
  // #ifdef MP-WEIXIN
  uni.openDocument({ filePath: place, fileType: 'pdf', showMenu: true })
  // #endif
}

/** WeChat's own login code, in the mini-program only. */
export function wechatCode(): Promise<string> {
  return new Promise((done, failed) => {
    uni.login({ provider: 'weixin', success: (r) => done(r.code), fail: () => failed(new Error('wx.login')) })
  })
}

/** Where a link to this house begins: in the mini-program the server it was built for. */
export function origin(): string {
  let place = SERVER
  // #ifdef H5
  place = location.origin
  // #endif
  return place
}

/** Leaves for another address (the cashier). */
export function leave(url: string): void {
  // #ifdef H5
  location.href = url
  // #endif
}

/** The address of this page becomes another of its own names, so that whoever passes the address on passes that one on. */
export function rename(url: string): void {
  // #ifdef H5
  history.replaceState(history.state, '', url)
  // #endif
}

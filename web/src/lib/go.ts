/** Ways from page to page, and small words to the person. */
import { kept } from '@/api/session'
import { says } from '@/api/refusal'

const TABS = ['/pages/home/index', '/pages/category/index', '/pages/cart/index', '/pages/me/index']

export function to(url: string): void {
  if (TABS.includes(url)) uni.switchTab({ url })
  else uni.navigateTo({ url })
}

export function instead(url: string): void {
  if (TABS.includes(url)) uni.switchTab({ url })
  else uni.redirectTo({ url })
}

export function back(): void {
  if (getCurrentPages().length > 1) uni.navigateBack()
  else uni.switchTab({ url: '/pages/home/index' })
}

/** True for somebody who is logged in; anybody else is led to the login page and back here afterwards. */
export function known(next = ''): boolean {
  if (kept()) return true
  uni.navigateTo({ url: `/pages/login/index${next ? `?next=${encodeURIComponent(next)}` : ''}` })
  return false
}

export const tell = (title: string): void => void uni.showToast({ title, icon: 'none', duration: 2500 })
export const sorry = (error: unknown): void => tell(says(error))

export function sure(title: string, content = ''): Promise<boolean> {
  return new Promise((done) => {
    uni.showModal({ title, content, confirmColor: '#0e7a54', success: (r) => done(r.confirm), fail: () => done(false) })
  })
}

export function copy(data: string, done: string): void {
  uni.setClipboardData({ data, showToast: false, success: () => tell(done), fail: () => tell(data) })
}

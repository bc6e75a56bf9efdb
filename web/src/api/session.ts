/** Who is logged in on this device. A refresh token works once: whoever spends it must be alone, in all tabs. */
import { ref } from 'vue'

export interface Tokens {
  access_token: string
  access_expires_at: string
  refresh_token: string
  refresh_expires_at: string
  device_id: string
  user_id: string
}

const PLACE = 'xt.session'
export const loggedIn = ref(false)

export function kept(): Tokens | null {
  const found = uni.getStorageSync(PLACE) as Tokens | ''
  const live = found && Date.parse(found.refresh_expires_at) > Date.now() ? found : null
  loggedIn.value = live !== null
  return live
}

export function keep(tokens: Tokens): void {
  uni.setStorageSync(PLACE, tokens)
  loggedIn.value = true
}

export function forget(): void {
  uni.removeStorageSync(PLACE)
  loggedIn.value = false
}

/** Half a minute before its end a token is renewed rather than tried. */
export const stale = (tokens: Tokens): boolean => Date.parse(tokens.access_expires_at) - Date.now() < 30_000

let under_way: Promise<Tokens | null> | null = null

export function refreshing(old: Tokens, ask: (refresh: string) => Promise<Tokens | null>): Promise<Tokens | null> {
  under_way ??= alone(() => renew(old, ask)).finally(() => (under_way = null))
  return under_way
}

async function renew(old: Tokens, ask: (refresh: string) => Promise<Tokens | null>): Promise<Tokens | null> {
  const now = kept()
  if (now && now.refresh_token !== old.refresh_token) return now // another tab was faster
  const fresh = await ask(old.refresh_token)
  if (fresh) keep(fresh)
  else forget()
  return fresh
}

/** Across the tabs of a browser by a lock; a mini-program has only itself. */
function alone<T>(work: () => Promise<T>): Promise<T> {
  const locks = typeof navigator === 'undefined' ? undefined : (navigator as Partial<Navigator>).locks
  return locks ? (locks.request('xt.refresh', work) as Promise<T>) : work()
}

/** Asking again by itself while somebody looks: soon after a change, ever more seldom while nothing happens. */
import { onHide, onShow, onUnload } from '@dcloudio/uni-app'

export const FIRST_MS = 4000
export const LAST_MS = 30_000

/** The next pause: back to the start after a change, else half as long again. */
export const pause = (before: number, changed: boolean): number => (changed ? FIRST_MS : Math.min(LAST_MS, Math.round(before * 1.5)))

/**
 * `ask` loads and answers with what is shown; `over` says when nothing more can happen. A page that is not looked at
 * (another page above it, another tab, a locked phone) asks nothing and asks at once when it is looked at again.
 */
export function usePolling(ask: () => Promise<unknown>, over: () => boolean = () => false) {
  let timer: ReturnType<typeof setTimeout> | undefined
  let wait = FIRST_MS
  let last = ''
  let shown = false
  async function beat(): Promise<void> {
    clearTimeout(timer)
    const now = JSON.stringify(await ask())
    wait = pause(wait, now !== last)
    last = now
    clearTimeout(timer)
    if (shown && !over()) timer = setTimeout(() => void beat(), wait)
  }
  function look(): void {
    shown = true
    wait = FIRST_MS
    void beat()
  }
  function away(): void {
    shown = false
    clearTimeout(timer)
  }
  let seen = (): void => undefined
  // #ifdef H5
  seen = () => (document.visibilityState === 'visible' ? shown || look() : away())
  // #endif
  onShow(() => {
    // #ifdef H5
    document.addEventListener('visibilitychange', seen)
    // #endif
    look()
  })
  const leave = () => {
    // #ifdef H5
    document.removeEventListener('visibilitychange', seen)
    // #endif
    away()
  }
  onHide(leave)
  onUnload(leave)
  return { beat }
}

/** How many messages wait, as the last answer said. */
import { ref } from 'vue'
import { get } from '@/api/client'
import { kept } from '@/api/session'

export const unread = ref(0)
export const setUnread = (n: number): void => void (unread.value = n)

/** Asks again; that nobody answers is no reason to disturb the page. */
export async function countUnread(): Promise<void> {
  if (!kept()) return setUnread(0)
  await get('/api/v1/messages/unread').then((r) => setUnread(r.unread), () => undefined)
}

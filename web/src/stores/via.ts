/** Who shared what, so that the label stands on every page reached through a shared link. */
import { post } from '@/api/client'
import { visitor } from '@/lib/device'

interface Seen {
  label: string
  at: number
}
const PLACE = 'xt.via'
const KEEP = 30 * 86_400_000

function all(): Record<string, Seen> {
  return (uni.getStorageSync(PLACE) as Record<string, Seen>) || {}
}

/** The click is told to the server; where it leads comes back. */
export async function touch(code: string) {
  const landing = await post('/api/v1/share/touch', { body: { code, visitor_id: visitor() } })
  const place = landing.target.kind === 'home' ? 'home' : landing.target.id
  const fresh = Object.entries(all()).filter(([, seen]) => Date.now() - seen.at < KEEP)
  uni.setStorageSync(PLACE, { ...Object.fromEntries(fresh), [place]: { label: landing.label, at: Date.now() } })
  return landing
}

/** The disclosure for a product of a shop, or "". */
export function labelFor(productId: string, merchantId: string): string {
  const seen = all()
  return (seen[productId] ?? seen[merchantId] ?? seen['home'])?.label ?? ''
}

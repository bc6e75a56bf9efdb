/** Who shared what, so that the label stands on every page reached through a shared link, and goes on when it is passed on. */
import { post } from '@/api/client'
import { visitor } from '@/lib/device'

interface Seen {
  label: string
  title?: string
  at: number
  code?: string
  /** What says, when this device passes the link on, that it did (传播层级): not who it is. */
  mark?: string
}
const PLACE = 'xt.via'
const KEEP = 30 * 86_400_000
/** Goods that the server called not promoted at present, for as long as the page stays: tomorrow it may be over. */
const paused = new Set<string>()

function all(): Record<string, Seen> {
  return (uni.getStorageSync(PLACE) as Record<string, Seen>) || {}
}

/** The click is told to the server, with the mark of whoever passed the link on; where it leads comes back. */
export async function touch(code: string, via = '') {
  const landing = await post('/api/v1/share/touch', { body: { code, visitor_id: visitor(), via } })
  const place = landing.target.kind === 'home' ? 'home' : landing.target.id
  if (landing.paused) paused.add(place)
  else paused.delete(place)
  const before = all()[place]
  const mark = landing.mark || (before?.code === code ? before.mark : '') || ''
  const fresh = Object.entries(all()).filter(([, seen]) => Date.now() - seen.at < KEEP)
  uni.setStorageSync(PLACE, { ...Object.fromEntries(fresh), [place]: { label: landing.label, title: landing.target.title, at: Date.now(), code, mark } })
  return landing
}

function seenFor(productId: string, merchantId: string): Seen | undefined {
  const seen = all()
  return seen[productId] ?? seen[merchantId] ?? seen['home']
}

/** The shares that were opened on this device and are still remembered, the newest first. */
export const opened = () =>
  Object.values(all()).filter((seen): seen is Seen & { code: string } => !!seen.code && Date.now() - seen.at < KEEP).sort((one, other) => other.at - one.at)

/** The disclosure for a product of a shop, or "". */
export const labelFor = (productId: string, merchantId: string): string => seenFor(productId, merchantId)?.label ?? ''

/** Whether the link that led to this product no longer earns anything new. */
export const pausedFor = (productId: string): boolean => paused.has(productId)

/** What the address of a product needs so that passing it on keeps the promoter's link (and its label); "" without one. */
export function passedOn(productId: string, merchantId: string): string {
  const seen = seenFor(productId, merchantId)
  if (!seen?.code || Date.now() - seen.at > KEEP) return ''
  return `&s=${seen.code}${seen.mark ? `&r=${seen.mark}` : ''}`
}

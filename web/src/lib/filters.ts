/** What a search is narrowed by, as chips that can be taken away one by one. */
import { t } from '@/locale'
import { yuan } from './money'

export interface Filters {
  text: string
  category: string
  merchant_id: string
  tag: string
  price_from_fen: number
  price_to_fen: number
  in_stock: boolean
}
/** No filter at all; the words searched for stay. */
export const NOTHING = { category: '', merchant_id: '', tag: '', price_from_fen: 0, price_to_fen: 0, in_stock: false }

export interface Chip {
  name: string
  says: string
  without: Partial<Filters>
}

export function describe(by: Filters, named: { kind: (id: string) => string; shop: (id: string) => string }): Chip[] {
  const chips: Chip[] = []
  if (by.category) chips.push({ name: 'category', says: named.kind(by.category), without: { category: '' } })
  if (by.merchant_id) chips.push({ name: 'shop', says: named.shop(by.merchant_id), without: { merchant_id: '' } })
  if (by.tag) chips.push({ name: 'tag', says: by.tag, without: { tag: '' } })
  if (by.price_from_fen || by.price_to_fen) chips.push({ name: 'price', says: price(by.price_from_fen, by.price_to_fen), without: { price_from_fen: 0, price_to_fen: 0 } })
  if (by.in_stock) chips.push({ name: 'stock', says: t('search.in_stock'), without: { in_stock: false } })
  return chips
}

const tag = (fen: number): string => `¥${yuan(fen).replace(/\.00$/, '')}`

function price(from: number, till: number): string {
  if (from && till) return `${tag(from)} – ${tag(till)}`
  return t(from ? 'search.price_from' : 'search.price_to', { n: tag(from || till) })
}

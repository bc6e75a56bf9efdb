/** How far an order or an after-sale has come, as the steps that people know. */
export interface Progress {
  steps: string[]
  /** The step that is under way; `steps.length` when all are done. */
  at: number
}

const ORDER = ['placed', 'paid', 'shipped', 'received'] as const

/** 提交 → 付款 → 发货 → 收货; nothing for an order that ended another way. */
export function ofOrder(state: string): Progress | null {
  const at = { placed: 1, paid: 2, shipped: 3, received: 4, done: 4 }[state]
  return at === undefined ? null : { steps: ORDER.map((step) => `orders.step_${step}`), at }
}

const SALE: Record<string, readonly string[]> = {
  refund_only: ['applied', 'refunding', 'refunded'],
  return_refund: ['applied', 'awaiting_return', 'returning', 'refunding', 'refunded'],
  exchange: ['applied', 'awaiting_return', 'returning', 'reshipped', 'exchanged'],
}

/** The way of a request; nothing for one that was refused, taken back or failed. */
export function ofSale(kind: string, state: string): Progress | null {
  const steps = SALE[kind] ?? []
  const at = steps.indexOf(state)
  if (at < 0) return null
  return { steps: steps.map((step) => `aftersale.step_${step}`), at: at === steps.length - 1 ? steps.length : at }
}

/** The cart lies on the device: SKU → pieces, and which of them are chosen. Prices come from the server each time. */
import { computed, reactive, watch } from 'vue'

export interface Entry {
  sku: string
  qty: number
  on: boolean
}

const PLACE = 'xt.cart'
export const MOST = 999
const state = reactive<{ entries: Entry[]; loaded: boolean }>({ entries: [], loaded: false })

function load(): void {
  if (state.loaded) return
  const found = uni.getStorageSync(PLACE) as Entry[] | ''
  state.entries = Array.isArray(found) ? found.filter((one) => one && one.sku && one.qty > 0) : []
  state.loaded = true
  watch(() => state.entries, (entries) => uni.setStorageSync(PLACE, JSON.parse(JSON.stringify(entries))), { deep: true })
}

export function useCart() {
  load()
  const pieces = computed(() => state.entries.reduce((sum, one) => sum + one.qty, 0))
  const chosen = computed(() => state.entries.filter((one) => one.on))
  return { state, pieces, chosen, add, set, choose, drop, badge }
}

export function add(sku: string, qty: number): void {
  load()
  const found = state.entries.find((one) => one.sku === sku)
  if (found) {
    found.qty = Math.min(found.qty + qty, MOST)
    found.on = true
  } else state.entries.unshift({ sku, qty: Math.min(qty, MOST), on: true })
  badge()
}

export function set(sku: string, qty: number): void {
  load()
  if (qty <= 0) drop([sku])
  else for (const one of state.entries) if (one.sku === sku) one.qty = Math.min(qty, MOST)
  badge()
}

export function choose(skus: string[], on: boolean): void {
  for (const one of state.entries) if (skus.includes(one.sku)) one.on = on
}

export function drop(skus: string[]): void {
  load()
  state.entries = state.entries.filter((one) => !skus.includes(one.sku))
  badge()
}

/** The number on the tab. Pages without a tab bar have none to write on, which is no error. */
export function badge(): void {
  load()
  const n = state.entries.reduce((sum, one) => sum + one.qty, 0)
  const quiet = { fail: () => undefined }
  if (n) uni.setTabBarBadge({ index: 2, text: n > 99 ? '99+' : String(n), ...quiet })
  else uni.removeTabBarBadge({ index: 2, ...quiet })
}

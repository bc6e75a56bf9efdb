/** Loading with its four faces: not yet, here, nothing, failed. */
import { type Ref, computed, ref, shallowRef } from 'vue'
import { says } from '@/api/refusal'

export type Face = 'loading' | 'ready' | 'failed'

export function useLoad<T>(ask: () => Promise<T>) {
  const data = shallowRef<T | null>(null) as Ref<T | null>
  const why = ref('')
  const busy = ref(false)
  async function load(): Promise<void> {
    busy.value = true
    try {
      data.value = await ask()
      why.value = ''
    } catch (error) {
      why.value = says(error)
    } finally {
      busy.value = false
      uni.stopPullDownRefresh?.()
    }
  }
  const face = computed<Face>(() => (data.value !== null ? 'ready' : why.value ? 'failed' : 'loading'))
  return { data, why, busy, face, load }
}

interface Page<T> {
  items: T[]
  next?: string | null
}

export function usePages<T>(ask: (after: string) => Promise<Page<T>>) {
  const items = shallowRef<T[]>([]) as Ref<T[]>
  const why = ref('')
  const next = ref<string | null>('')
  const busy = ref(false)
  const seen = ref(false)
  let turn = 0
  /** The first page; what an older question still answers is dropped. */
  async function load(): Promise<void> {
    next.value = ''
    await step(++turn, true)
  }
  /** Shows that something else is coming, where the old list would mislead. */
  function forget(): void {
    items.value = []
    seen.value = false
  }
  async function more(): Promise<void> {
    if (!busy.value && next.value) await step(turn, false)
  }
  async function step(mine: number, first: boolean): Promise<void> {
    busy.value = true
    try {
      const page = await ask(next.value ?? '')
      if (mine !== turn) return
      items.value = first ? page.items : [...items.value, ...page.items]
      next.value = page.next || null
      why.value = ''
      seen.value = true
    } catch (error) {
      if (mine === turn) why.value = says(error)
    } finally {
      if (mine === turn) busy.value = false
      uni.stopPullDownRefresh?.()
    }
  }
  const face = computed<Face>(() => (seen.value ? 'ready' : why.value ? 'failed' : 'loading'))
  const empty = computed(() => seen.value && items.value.length === 0)
  return { items, why, busy, face, empty, next, load, more, forget }
}

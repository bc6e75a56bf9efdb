/** A few seconds in which something done is taken back. */
import { ref } from 'vue'
import { sorry } from './go'

export const UNDO_MS = 6000

export function useUndo() {
  const says = ref('')
  let back: (() => unknown) | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  function over(): void {
    clearTimeout(timer)
    says.value = ''
    back = null
  }
  /** The newest deed is the one that can be taken back. */
  function offer(text: string, takeBack: () => unknown): void {
    over()
    says.value = text
    back = takeBack
    timer = setTimeout(over, UNDO_MS)
  }
  async function undo(): Promise<void> {
    const work = back
    over()
    try {
      await work?.()
    } catch (error) {
      sorry(error)
    }
  }
  return { says, offer, undo, over }
}

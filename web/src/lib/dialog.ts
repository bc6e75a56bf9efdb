/**
 * Dialogs on H5: the focus goes in, stays in and comes back to where it was; Escape closes. Sheets are ours
 * (`[role=dialog]`, closed by their `[data-close]`); uni's own question box knows Escape and Enter, but no focus.
 */
const SHEET = '[role=dialog]'
const BOX = 'uni-modal'
const REACHED = 'a[href], button, input, textarea, select, [tabindex="0"]'

const stack: { dialog: HTMLElement; from: Element | null }[] = []
const shown = (one: Element): boolean => one.isConnected && (one.checkVisibility?.() ?? true)
/** A page that was left with its sheet open is still in the document, but not seen. */
const top = () => [...stack].reverse().find(({ dialog }) => shown(dialog))?.dialog

function opened(dialog: HTMLElement): void {
  if (stack.some((one) => one.dialog === dialog)) return
  stack.push({ dialog, from: document.activeElement })
  dialog.setAttribute('role', 'dialog')
  dialog.setAttribute('aria-modal', 'true')
  dialog.tabIndex = -1
  const asked = dialog.matches(BOX) ? dialog.querySelector<HTMLElement>('textarea') : null
  ;(asked ?? dialog).focus({ preventScroll: true })
}

function closed(dialog: HTMLElement): void {
  const at = stack.findIndex((one) => one.dialog === dialog)
  if (at < 0) return
  const from = stack.splice(at, 1)[0]?.from
  if (from instanceof HTMLElement && shown(from)) from.focus({ preventScroll: true })
}

/** What came into the document: a sheet is open as soon as it is there, uni's box whenever it is not hidden. */
export function tendDialogs(node: Element): void {
  const all = (which: string) => [...(node.matches(which) ? [node] : []), ...node.querySelectorAll(which)] as HTMLElement[]
  all(SHEET).filter((one) => !one.matches(BOX)).forEach(opened)
  all(BOX).forEach((box) => {
    const look = () => {
      if (box.style.display === 'none') return closed(box)
      box.setAttribute('aria-label', box.querySelector('.uni-modal__title')?.textContent || box.textContent || '')
      opened(box)
    }
    new MutationObserver(look).observe(box, { attributeFilter: ['style'] })
    look()
  })
}

/** After something went: whoever opened it has the focus again. */
export function settleDialogs(): void {
  stack.filter(({ dialog }) => !dialog.isConnected).forEach(({ dialog }) => closed(dialog))
}

function step(dialog: HTMLElement, pressed: KeyboardEvent): void {
  const stops = ([...dialog.querySelectorAll(REACHED)] as HTMLElement[]).filter(shown)
  const on = document.activeElement as HTMLElement
  const [first, last] = [stops[0], stops[stops.length - 1]]
  const leaves = !stops.includes(on) || on === (pressed.shiftKey ? first : last)
  if (!leaves) return
  pressed.preventDefault()
  ;((pressed.shiftKey ? last : first) ?? dialog).focus()
}

/** True when the key was the dialog's. */
export function keyOfDialog(pressed: KeyboardEvent): boolean {
  const dialog = top()
  if (!dialog) return false
  if (pressed.key === 'Tab') step(dialog, pressed)
  else if (pressed.key === 'Escape' && !dialog.matches(BOX)) dialog.querySelector<HTMLElement>('[data-close]')?.click()
  else return false
  return true
}

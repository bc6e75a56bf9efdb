/**
 * Keyboard and screen readers on H5. uni-h5 draws its inputs and pictures as elements inside its own, so names given to
 * the outer one must reach the inner; and what a finger can press, Tab must reach and Enter must press.
 */
import { keyOfDialog, settleDialogs, tendDialogs } from './dialog'

const INSIDE = 'img, uni-input input, uni-textarea textarea'
const PRESSED = 'uni-button, [role=button], [role=link], [role=tab], [role=radio], [role=checkbox], .uni-modal__btn'

function name(inner: Element): void {
  if (inner.tagName === 'IMG') {
    if (!inner.hasAttribute('alt')) inner.setAttribute('alt', inner.closest('uni-image')?.getAttribute('alt') ?? '')
    return
  }
  const label = inner.closest('uni-input, uni-textarea')?.getAttribute('aria-label')
  if (label) inner.setAttribute('aria-label', label)
}

function reach(one: Element): void {
  const off = one.getAttribute('disabled') === 'true' || one.getAttribute('disabled') === ''
  one.setAttribute('tabindex', off ? '-1' : '0')
  if (one.tagName === 'UNI-BUTTON' || !one.hasAttribute('role')) {
    one.setAttribute('role', 'button')
    one.setAttribute('aria-disabled', String(off))
  }
}

function tend(node: Node): void {
  if (!(node instanceof Element)) return
  if (node.matches(INSIDE)) name(node)
  if (node.matches(PRESSED)) reach(node)
  node.querySelectorAll(INSIDE).forEach(name)
  node.querySelectorAll(PRESSED).forEach(reach)
  tendDialogs(node)
}

/** uni's question box says yes to every Enter that is let go, also to the one that opened it: that one is not told. */
function letGo(key: string): void {
  const swallow = (up: KeyboardEvent) => {
    if (up.key === key) up.stopImmediatePropagation()
    window.removeEventListener('keyup', swallow, true)
  }
  window.addEventListener('keyup', swallow, true)
}

/** Watches the page from now on. */
export function tendPage(): void {
  new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === 'attributes') {
        if ((change.target as Element).matches('uni-button')) reach(change.target as Element)
      } else change.addedNodes.forEach(tend)
    }
    settleDialogs()
  }).observe(document.documentElement, { childList: true, subtree: true, attributeFilter: ['disabled'] })
  document.body.tabIndex = 0 // a page of nothing but words must still scroll by keys
  document.addEventListener('keydown', (pressed) => {
    if (keyOfDialog(pressed)) return
    const on = pressed.target as HTMLElement
    if ((pressed.key === 'Enter' || pressed.key === ' ') && on.matches?.(PRESSED)) {
      pressed.preventDefault()
      if (pressed.repeat) return // a key that is held presses once
      letGo(pressed.key)
      on.click()
    }
  })
}

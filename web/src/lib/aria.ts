/**
 * Keyboard and screen readers on H5. uni-h5 draws its inputs and pictures as elements inside its own, so names given to
 * the outer one must reach the inner; and what a finger can press, Tab must reach and Enter must press.
 */
const INSIDE = 'img, uni-input input, uni-textarea textarea'
const PRESSED = 'uni-button, [role=button], [role=link], [role=tab], [role=radio], [role=checkbox]'

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
  if (one.tagName === 'UNI-BUTTON') {
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
}

/** Watches the page from now on. */
export function tendPage(): void {
  new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === 'attributes') {
        if ((change.target as Element).matches('uni-button')) reach(change.target as Element)
      } else change.addedNodes.forEach(tend)
    }
  }).observe(document.documentElement, { childList: true, subtree: true, attributeFilter: ['disabled'] })
  document.body.tabIndex = 0 // a page of nothing but words must still scroll by keys
  document.addEventListener('keydown', (pressed) => {
    const on = pressed.target as HTMLElement
    if ((pressed.key === 'Enter' || pressed.key === ' ') && on.matches?.(PRESSED)) {
      pressed.preventDefault()
      on.click()
    }
  })
}

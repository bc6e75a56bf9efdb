/** The keyboard in a dialog, on the real listeners of `tendPage`. */
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { tendPage } from '@/lib/aria'

const at = (id: string) => document.getElementById(id) as HTMLElement
const seen = () => new Promise((done) => setTimeout(done)) // the observer has told
const press = (key: string, more = {}) => (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }))
const SHEET = '<div id="sheet" role="dialog"><span id="x" role="button" data-close></span><input id="word"><span id="done" role="button"></span></div>'

function put(html: string) {
  document.body.insertAdjacentHTML('beforeend', html)
  return seen()
}

beforeAll(() => tendPage())
beforeEach(async () => {
  document.body.innerHTML = ''
  await put('<span id="opens" role="button"></span>')
  at('opens').focus()
})

describe('a sheet', () => {
  it('takes the focus, keeps it in both directions and gives it back', async () => {
    await put(SHEET)
    expect([document.activeElement?.id, at('sheet').getAttribute('aria-modal')]).toEqual(['sheet', 'true'])
    press('Tab')
    expect(document.activeElement?.id).toBe('x')
    press('Tab', { shiftKey: true })
    expect(document.activeElement?.id).toBe('done')
    press('Tab')
    expect(document.activeElement?.id).toBe('x')
    at('opens').focus() // a click on what lies behind
    press('Tab')
    expect(document.activeElement?.id).toBe('x')
    at('sheet').remove()
    await seen()
    expect(document.activeElement?.id).toBe('opens')
  })
  it('is closed by Escape, the upper of two first', async () => {
    await put(SHEET)
    await put('<div id="upper" role="dialog"><span id="y" role="button" data-close></span></div>')
    const closed: string[] = []
    at('x').onclick = () => (closed.push('sheet'), at('sheet').remove())
    at('y').onclick = () => (closed.push('upper'), at('upper').remove())
    press('Escape')
    await seen()
    expect([closed, document.activeElement?.id]).toEqual([['upper'], 'sheet'])
    press('Escape')
    await seen()
    press('Escape')
    expect([closed, document.activeElement?.id]).toEqual([['upper', 'sheet'], 'opens'])
  })
})

describe("uni's question box", () => {
  it('has the focus while it is shown, and is not answered by the Enter that opened it', async () => {
    await put('<uni-modal style="display: none"><strong class="uni-modal__title">删除？</strong><div id="no" class="uni-modal__btn">取消</div></uni-modal>')
    const box = document.querySelector('uni-modal') as HTMLElement
    const heard = vi.fn()
    document.addEventListener('keyup', heard)
    at('opens').onclick = () => (box.style.display = '')
    press('Enter')
    await seen()
    expect([document.activeElement, box.getAttribute('aria-label'), at('no').tabIndex]).toEqual([box, '删除？', 0])
    document.body.dispatchEvent(new KeyboardEvent('keyup', { key: 'Enter', bubbles: true }))
    expect(heard).not.toHaveBeenCalled()
    document.body.dispatchEvent(new KeyboardEvent('keyup', { key: 'Enter', bubbles: true }))
    expect(heard).toHaveBeenCalledTimes(1)
    box.style.display = 'none'
    await seen()
    expect(document.activeElement?.id).toBe('opens')
  })
})

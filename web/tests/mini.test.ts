/** The built mini-program itself, its pages run with a WeChat that records what it is asked. */
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { beforeAll, describe, expect, it, vi } from 'vitest'

const ROOT = resolve(__dirname, '../dist/build/mp-weixin')
const load = createRequire(__filename)
const asked: string[] = []
const went: string[] = []
const card = { id: 'prd1', merchant_id: 'mch1', merchant_name: '云岭茶坊', title: '桂花滇红', subtitle: '80 克', picture: '', category: 'tea', tags: [], price_from_fen: 8900, sold_qty: 16, available_qty: 9, state: 'on_shelf', listed_at: null }
const product = { ...card, description: '窨制三次', pictures: [], category_name: '茶叶', skus: [{ id: 'sku1', spec: '80 克罐装', price_fen: 8900, available_qty: 9, active: true }], returns: { code: 'standard', rule: 'free', name: '七日无理由退货', says: '可退', source: '' } }
const ANSWERS: [RegExp, unknown][] = [
  [/catalog\/products\/prd1/, product],
  [/catalog\/products/, { items: [card], next: null }],
  [/catalog\/categories/, [{ id: 'tea', name: '茶叶', parent_id: '', position: 1 }]],
]
type Page = { dom: HTMLElement; instance: { $vm?: unknown; onShareAppMessage?: (from: object) => { path: string; title: string } } & Record<string, never> }

function wechat() {
  const store = new Map<string, unknown>()
  const known: Record<string, unknown> = {
    getStorageSync: (key: string) => store.get(key) ?? '',
    setStorageSync: (key: string, value: unknown) => store.set(key, value),
    removeStorageSync: (key: string) => store.delete(key),
    navigateTo: ({ url }: { url: string }) => went.push(url),
    request({ url, success }: { url: string; success: (answer: object) => void }) {
      asked.push(url)
      const found = ANSWERS.find(([path]) => path.test(url))
      setTimeout(() => success({ statusCode: found ? 200 : 404, data: found?.[1] ?? { code: 'request.not_found', message: '没有找到', facts: {} } }))
      return {}
    },
    getSystemInfoSync: () => ({ platform: 'devtools', SDKVersion: '3.8.0', language: 'zh_CN', windowWidth: 390, windowHeight: 844, pixelRatio: 2, system: 'iOS 19', brand: '', model: '', version: '', theme: 'light', safeArea: null }),
    getAppBaseInfo: () => ({ SDKVersion: '3.8.0', language: 'zh_CN', theme: 'light' }),
    getWindowInfo: () => ({ windowWidth: 390, windowHeight: 844, pixelRatio: 2 }),
    getDeviceInfo: () => ({ platform: 'devtools', system: 'iOS 19' }),
    canIUse: () => true,
    getLaunchOptionsSync: () => ({ path: 'pages/home/index', query: {}, scene: 1001 }),
    getEnterOptionsSync: () => ({ path: 'pages/home/index', query: {}, scene: 1001 }),
  }
  for (const name of ['setNavigationBarTitle', 'setTabBarBadge', 'removeTabBarBadge', 'stopPullDownRefresh', 'showToast', 'onThemeChange', 'onAppShow', 'onAppHide', 'onError', 'onUnhandledRejection', 'onPageNotFound']) known[name] = () => undefined
  return known
}

let simulate: { load: (path: string, options: object) => string; render: (id: string, given?: object) => Page & { attach: (to: HTMLElement) => void } }
beforeAll(() => {
  if (!existsSync(resolve(ROOT, 'app.js'))) throw new Error(`${ROOT} is missing: run \`make web\``)
  simulate = load('miniprogram-simulate')
  const everywhere = globalThis as Record<string, unknown>
  everywhere['wx'] = wechat()
  everywhere['App'] = (options: { onLaunch?: (given: object) => void }) => {
    everywhere['theApp'] = options
    options.onLaunch?.({ path: 'pages/home/index', query: {}, scene: 1001 })
  }
  everywhere['getApp'] = () => everywhere['theApp']
  everywhere['getCurrentPages'] = () => []
  everywhere['Page'] = () => undefined
  load(resolve(ROOT, 'app.js'))
})

async function open(path: string, query: object = {}): Promise<Page> {
  const id = simulate.load(resolve(ROOT, path), { compiler: 'simulate', rootPath: ROOT })
  const page = simulate.render(id)
  page.attach(document.body.appendChild(document.createElement('div')))
  const instance = page.instance as unknown as Record<string, ((given: object) => void) | undefined>
  instance['onLoad']?.(query)
  instance['onShow']?.({})
  await vi.waitFor(() => expect(page.dom.innerHTML).toContain('89'), { timeout: 3000 })
  return page
}

/** A finger on what a page marks with this test id. The handler's name is data (`bindtap="{{c}}"`), which the simulator
 *  does not follow, so it is looked up in the built page and called as WeChat would. */
function tap(page: Page, path: string, testid: string) {
  const tag = new RegExp(`<[^<>]*data-testid="${testid}"[^<>]*>`).exec(readFileSync(resolve(ROOT, `${path}.wxml`), 'utf8'))?.[0]
  const key = /bindtap="\{\{(\w+)\}\}"/.exec(tag ?? '')?.[1]
  const instance = page.instance as unknown as Record<string, (event: object) => void> & { data: Record<string, string> }
  const handler = instance[instance.data[key ?? ''] ?? '']
  if (!handler) throw new Error(`${testid} of ${path} has no handler`)
  handler.call(instance, { type: 'tap', timeStamp: Date.now(), target: { dataset: {} }, currentTarget: { dataset: {} }, detail: {} })
}

describe('the built mini-program', () => {
  it('has its main package under 1.5 MB and the promoter’s pages in a sub-package', () => {
    const app = JSON.parse(readFileSync(resolve(ROOT, 'app.json'), 'utf8'))
    expect(app.subPackages.map((one: { root: string }) => one.root)).toEqual(['promoter'])
    expect(app.tabBar.list.map((one: { text: string }) => one.text)).toEqual(['首页', '分类', '购物车', '我的'])
  })

  it('shows goods with their price on the first page, and a tap leads to the search', async () => {
    const page = await open('pages/home/index')
    expect(page.dom.textContent).toContain('桂花滇红')
    expect(page.dom.textContent).toContain('89')
    expect(asked.some((url) => url.endsWith('/api/v1/catalog/products?sort=newest&limit=10'))).toBe(true)
    tap(page, 'pages/home/index', 'find')
    await vi.waitFor(() => expect(went).toEqual(['/pages/search/index']))
  })

  it('shows a product’s price, returns and shop, and is shared by its own path', async () => {
    const page = await open('pages/product/index', { id: 'prd1' })
    for (const words of ['桂花滇红', '七日无理由退货', '云岭茶坊', '80 克罐装']) expect(page.dom.textContent).toContain(words)
    tap(page, 'pages/product/index', 'shop')
    await vi.waitFor(() => expect(went.at(-1)).toBe('/pages/search/index?merchant=mch1&title=云岭茶坊'))
    const instance = page.instance as unknown as { onShareAppMessage: (from: object) => object }
    expect(instance.onShareAppMessage({})).toMatchObject({ title: '桂花滇红', path: '/pages/product/index?id=prd1' })
  })
})

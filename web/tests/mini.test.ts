/** The built mini-program itself, its pages run with a WeChat that records what it is asked. */
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

const ROOT = resolve(__dirname, '../dist/build/mp-weixin')
const load = createRequire(__filename)
const asked: string[] = []
const went: string[] = []
const card = { id: 'prd1', merchant_id: 'mch1', merchant_name: '云岭茶坊', title: '桂花滇红', subtitle: '80 克', picture: '', category: 'tea', tags: [], price_from_fen: 8900, sold_qty: 16, available_qty: 9, state: 'on_shelf', listed_at: null }
const product = { ...card, description: '窨制三次', pictures: [], category_name: '茶叶', skus: [{ id: 'sku1', spec: '80 克罐装', price_fen: 8900, available_qty: 9, active: true }], returns: { code: 'standard', rule: 'free', name: '七日无理由退货', says: '可退', source: '' } }
const home = { recommended: [card], hot: [{ ...card, id: 'prd2', title: '高山乌龙' }], newcomer: [card] }
const line = { sku_id: 'sku1', product_id: 'prd1', title: '桂花滇红', spec: '80 克罐装', picture: '', qty: 2, price_fen: 8900, available_qty: 9, buyable: true, returns: product.returns }
const gone = { ...line, sku_id: 'sku9', title: '卖完的茶', available_qty: 0, buyable: false }
const quote = { shops: [{ merchant_id: 'mch1', merchant_name: '云岭茶坊', goods_fen: 17800, freight_fen: 600, lines: [line, gone] }], total_fen: 18400 }
const saved = { id: 'adr1', name: '李雷', phone: '13800000001', region_code: '330106', region: '浙江省杭州市西湖区', street: '文三路 1 号', default: true, changed_at: '2026-11-20T02:00:00Z' }
const order = {
  id: 'ord1', checkout_id: 'chk1', merchant_id: 'mch1', state: 'shipped', currency: 'CNY', goods_fen: 17800, discount_fen: 1000, freight_fen: 600, total_fen: 17400, refund_pending_fen: 0, refunded_fen: 0, note: '',
  address: saved, lines: [{ ...line, id: 'lin1', no: 1, category: 'tea', paid_fen: 16800, refund_pending_fen: 0, refunded_fen: 0, return_class: 'standard', return_confirmed: false }],
  shipment: { carrier: '顺丰速运', tracking_no: 'SF1000', shipped_at: '2026-11-21T02:00:00Z' }, placed_at: '2026-11-20T02:00:00Z', paid_at: '2026-11-20T02:05:00Z', received_at: null, closed_at: null, auto_receive_at: null,
}
const promoter = { id: 'pro1', state: 'active', level: 'basic' }
const spot = (depth: number, channel: string, reach: number, clicks: number, orders: number) => ({ depth, channel, reach, clicks, orders, own_orders: depth === 1 ? orders : 0 })
const customer = { id: 'ord1', name: '陈**', phone: '138****1234', orders: 3, net_fen: 45600, commission_fen: 3648, first_at: '2026-09-01T02:00:00Z', last_at: '2026-11-20T02:00:00Z' }
const member = { promoter_id: 'pro2', display_name: '林**', level: 'basic', state: 'active', distance: 1, sponsor_id: 'pro1', source: 'link', bound_at: '2026-10-02T02:00:00Z', code: 'K7Q2M9XZ', phone: '139****5678' }
const ANSWERS: [RegExp, unknown][] = [
  [/promoter\/me\/spread/, { since: '2026-11-22', until: '2026-11-28', spots: [spot(1, 'moments', 37, 52, 4), spot(2, 'moments', 11, 14, 2), spot(3, 'group', 5, 6, 1)], locked_orders: 9 }],
  [/promoter\/me\/ties/, { code: 'Z4T8W2QP', sponsor: { code: 'A1B2C3D4', display_name: '周**', phone: '137****0001', above: true, distance: 1, since: '2026-08-08T02:00:00Z' }, direct: 12, further: 3, active: 10, max_depth: 3 }],
  [/promoter\/me\/team/, { items: [member], next: null }],
  [/promoter\/me\/bonds/, { items: [] }],
  [/promoter\/me\/customers-summary/, { customers: 28, again: 9, lately: 6 }],
  [/promoter\/me\/customers\?/, { items: [customer], next: null }],
  [/catalog\/home/, home],
  [/orders\/quote/, quote],
  [/orders\/ord1/, { order, merchant_name: '云岭茶坊', timeline: [{ verb: 'ship', says: '商家已发货', at: '2026-11-21T02:00:00Z' }], after_sales: [] }],
  [/v1\/orders\?/, { items: [order], next: null }],
  [/v1\/addresses/, [saved]],
  [/promoter\/application/, { promoter, levels: [{ code: 'basic', title: '基础推客' }], reason_text: '' }],
  [/me\/live/, null],
  [/promoter\/me\/today/, { day: '2026-11-28', sales: 2, accrued_fen: 3030, corrected_fen: 0, released_fen: 0, due_fen: 12345, held_fen: 0, pending_fen: 6789, debt_fen: 0 }],
  [/commission\/calendar/, { items: [] }],
  [/promoter\/me\/commission$/, { due_fen: 12345, held_fen: 0, pending_fen: 6789, debt_fen: 0, month: { net_fen: 100000, commission_fen: 5000, rate_bp: 0, next_from_fen: null } }],
  [/promoter\/share/, { text: '广告·推广赚佣金 好茶', label: '广告·推广赚佣金', path: '/s/CODE7', link: { id: 'lnk1', code: 'CODE7' } }],
  [/promoter\/materials\?/, { items: [], next: null }],
  [/v1\/me$/, { user_id: 'usr1', display_name: '李雷', login: 'lilei', phone: '', roles: [] }],
  [/catalog\/products\/prd1/, product],
  [/catalog\/products/, { items: [card], next: null }],
  [/catalog\/categories/, [{ id: 'tea', name: '茶叶', parent_id: '', position: 1 }]],
]
const pages: Page[] = []
type Page = { dom: HTMLElement; instance: { $vm?: unknown; onShareAppMessage?: (from: object) => { path: string; title: string } } & Record<string, never> }

function wechat() {
  const store = new Map<string, unknown>()
  const known: Record<string, unknown> = {
    getStorageSync: (key: string) => store.get(key) ?? '',
    setStorageSync: (key: string, value: unknown) => store.set(key, value),
    removeStorageSync: (key: string) => store.delete(key),
    navigateTo: ({ url }: { url: string }) => went.push(url),
    switchTab: ({ url }: { url: string }) => went.push(url),
    redirectTo: ({ url }: { url: string }) => went.push(url),
    downloadFile: ({ success }: { success: (answer: object) => void }) => success({ statusCode: 200, tempFilePath: 'wxfile://qr.png' }),
    request({ url, success }: { url: string; success: (answer: object) => void }) {
      asked.push(url)
      const found = ANSWERS.find(([path]) => path.test(url))
      setTimeout(() => success({ statusCode: found ? 200 : 404, data: found?.[1] ?? { code: 'request.not_found', message: '没有找到', facts: {} } }))
      return { abort: () => undefined, onChunkReceived: () => undefined, offChunkReceived: () => undefined, onHeadersReceived: () => undefined }
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
  // The cart is read once, when the first page asks for it.
  uniStore().setStorageSync('xt.cart', [{ sku: 'sku1', qty: 2, on: true }, { sku: 'sku9', qty: 1, on: true }])
  everywhere['App'] = (options: { onLaunch?: (given: object) => void }) => {
    everywhere['theApp'] = options
    options.onLaunch?.({ path: 'pages/home/index', query: {}, scene: 1001 })
  }
  everywhere['getApp'] = () => everywhere['theApp']
  everywhere['getCurrentPages'] = () => []
  everywhere['Page'] = () => undefined
  load(resolve(ROOT, 'app.js'))
})

/** Pages that ask again by themselves stop when they are left. */
afterAll(() => pages.forEach((page) => (page.instance as unknown as Record<string, (() => void) | undefined>)['onUnload']?.()))

/** From here on somebody is logged in. */
function remembered() {
  const until = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString()
  uniStore().setStorageSync('xt.session', { access_token: 'a', refresh_token: 'r', device_id: 'd', user_id: 'usr1', access_expires_at: until(1), refresh_expires_at: until(24) })
}
const uniStore = () => (globalThis as unknown as { wx: { setStorageSync: (key: string, value: unknown) => void } }).wx

async function open(path: string, query: object = {}, sign = '89'): Promise<Page> {
  const id = simulate.load(resolve(ROOT, path), { compiler: 'simulate', rootPath: ROOT })
  const page = simulate.render(id)
  page.attach(document.body.appendChild(document.createElement('div')))
  const instance = page.instance as unknown as Record<string, ((given: object) => void) | undefined>
  instance['onLoad']?.(query)
  instance['onShow']?.({})
  pages.push(page)
  await vi.waitFor(() => expect(page.dom.innerHTML).toContain(sign), { timeout: 5000 })
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
    expect(app.subPackages.map((one: { root: string }) => one.root)).toEqual(['promoter', 'disputes'])
    expect(app.tabBar.list.map((one: { text: string }) => one.text)).toEqual(['首页', '分类', '购物车', '我的'])
  })

  it('shows goods with their price on the first page, and a tap leads to the search', async () => {
    const page = await open('pages/home/index')
    expect(page.dom.textContent).toContain('桂花滇红')
    expect(page.dom.textContent).toContain('89')
    expect(asked.some((url) => url.endsWith('/api/v1/catalog/home?limit=10'))).toBe(true)
    for (const words of ['新人专区', '热卖榜', '高山乌龙', '为你推荐']) expect(page.dom.textContent).toContain(words)
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

  it('shows the cart by shop at the prices of now, what is gone apart, and leads to the checkout', async () => {
    remembered()
    const page = await open('pages/cart/index', {}, '178')
    for (const words of ['云岭茶坊', '桂花滇红', '失效商品 1 件', '卖完的茶', '去结算(1)']) expect(page.dom.textContent).toContain(words)
    tap(page, 'pages/cart/index', 'to-checkout')
    await vi.waitFor(() => expect(went.at(-1)).toBe('/pages/checkout/index?cart=sku1'))
  })

  it('shows at the checkout where it goes and what it costs; the address is another page', async () => {
    const page = await open('pages/checkout/index', { sku: 'sku1', qty: '2' }, '184')
    for (const words of ['李雷', '浙江省杭州市西湖区 文三路 1 号', '默认']) expect(page.dom.textContent).toContain(words)
    tap(page, 'pages/checkout/index', 'change-address')
    await vi.waitFor(() => expect(went.at(-1)).toBe('/pages/addresses/index?choose=1'))
  })

  it('lists orders with their price and opens one', async () => {
    const page = await open('pages/orders/index', {}, '174')
    for (const words of ['待收货', '桂花滇红', '共 2 件']) expect(page.dom.textContent).toContain(words)
  })

  it('shows an order with its parcel, its discount and its way, and leads to the after-sale', async () => {
    const page = await open('pages/orders/detail', { id: 'ord1' }, 'SF1000')
    for (const words of ['待收货', '顺丰速运', '商家已发货', '优惠', '174', '确认收货']) expect(page.dom.textContent).toContain(words)
    tap(page, 'pages/orders/detail', 'aftersale')
    await vi.waitFor(() => expect(went.at(-1)).toBe('/pages/aftersale/apply?id=ord1'))
  })

  it('knows who I am and leads to my orders and my addresses', async () => {
    const page = await open('pages/me/index', {}, '李雷')
    for (const [testid, where] of [['orders', '/pages/orders/index'], ['addresses', '/pages/addresses/index'], ['promoter', '/promoter/index']]) {
      tap(page, 'pages/me/index', testid!)
      await vi.waitFor(() => expect(went.at(-1)).toBe(where))
    }
  })

  it('shows a promoter’s money and leads to the withdrawal', async () => {
    const page = await open('promoter/index', {}, '123')
    for (const words of ['.45', '67', '.89', '基础推客']) expect(page.dom.textContent).toContain(words)
    tap(page, 'promoter/index', 'withdraw')
    await vi.waitFor(() => expect(went.at(-1)).toBe('/promoter/withdraw'))
  })

  it('shares by a path that carries the code of the link', async () => {
    const page = await open('promoter/share', { kind: 'product', id: 'prd1' }, '桂花滇红')
    const instance = page.instance as unknown as { onShareAppMessage: (from: object) => object }
    const card = { path: '/pages/open/index?s=CODE7', title: '广告·推广赚佣金 好茶' }
    await vi.waitFor(() => expect(instance.onShareAppMessage({})).toMatchObject(card), { timeout: 5000 })
  })

  it('shows how far the shares went, layer by layer and channel by channel, and that nobody is paid by it', async () => {
    const page = await open('promoter/spread', {}, '朋友圈')
    expect(asked.some((url) => /promoter\/me\/spread\?.*since=/.test(url))).toBe(true)
    for (const words of ['任何人都不按层级计酬', '第 1 层', '第 2 层', '第 3 层', '37', '11', '53']) expect(page.dom.textContent).toContain(words)
    for (const words of ['锁客期内', '9 单']) expect(page.dom.textContent).toContain(words)
  })

  it('shows the team as a register: my code, who invited me, how many came, each masked', async () => {
    const page = await open('promoter/team', {}, 'Z4T8W2QP')
    for (const words of ['不产生任何报酬', '周** 137****0001', '12 人，有效 10 人，间接 3 人', '3 层']) expect(page.dom.textContent).toContain(words)
    await vi.waitFor(() => expect(page.dom.textContent).toContain('林** 139****5678'))
    expect(page.dom.textContent).toContain('K7Q2M9XZ')
  })

  it('lists customers masked with what they bought and what it brought; no file leaves a mini-program', async () => {
    const page = await open('promoter/customers', {}, '陈**')
    for (const words of ['28', '位复购', '138****1234', '456', '佣金 ¥36.48', '3 单']) expect(page.dom.textContent).toContain(words)
    expect(page.dom.textContent).not.toContain('导出')
  })
})

/**
 * A poster on the phone, from the same description the server draws it from. Whole numbers only, and no font is asked:
 * `src/xintui/promotion/materials/rules/poster.py` says the same in Python, and one file of cases holds both to it.
 */
export interface Content {
  title: string
  price: string
  picture: string
  promoter: string
  label: string
  address: string
}
interface Layer {
  kind: string
  box: [number, number, number, number]
  size?: number
  lines?: number
  align?: string
  ink?: string
  fill?: string
  radius?: number
  bold?: boolean
  text?: string
  picture?: string
}
export interface Template {
  size: [number, number]
  background: string
  layers: Layer[]
}
export interface Line {
  text: string
  x: number
  y: number
  w: number
}
export interface Placed {
  kind: string
  box: [number, number, number, number]
  size: number
  align: string
  bold: boolean
  ink: string
  fill: string
  radius: number
  picture: string
  lines: Line[]
}

const WORDS = ['title', 'price', 'promoter', 'label', 'text']
const SMALLEST = 14
const whole = Math.floor

/** How wide a character is taken to be, in hundredths of the size. */
function units(char: string): number {
  if ((char.codePointAt(0) ?? 0) >= 0x1100 || '·—…“”'.includes(char)) return 100
  return " .,:;'|!il".includes(char) ? 30 : 62
}

const width = (text: string, size: number): number => whole((size * [...text].reduce((sum, char) => sum + units(char), 0)) / 100)

function broken(text: string, size: number, room: number, most: number): string[] {
  const lines: string[] = []
  let now = ''
  for (const char of text.split(/\s+/).filter(Boolean).join(' ')) {
    if (now && width(now + char, size) > room) {
      lines.push(now.trimEnd())
      now = char.trimStart()
    } else now += char
  }
  lines.push(now.trimEnd())
  if (lines.length <= most) return lines.filter(Boolean)
  let last = [...(lines[most - 1] ?? '')]
  while (last.length && width(`${last.join('')}…`, size) > room) last = last.slice(0, -1)
  return [...lines.slice(0, most - 1), `${last.join('')}…`]
}

function set(layer: Layer, words: string): { size: number; lines: Line[] } {
  const [x, y, w, h] = layer.box
  let size = layer.size ?? SMALLEST
  const most = layer.lines ?? 1
  const inset = layer.fill ? whole(size / 2) : 0
  const room = w - 2 * inset
  if (most === 1) while (size > SMALLEST && width(words, size) > room) size -= 1
  const texts = broken(words, size, room, most)
  const step = whole((size * 135) / 100)
  const top = layer.fill ? y + whole((h - step * texts.length) / 2) : y
  const lines = texts.map((text, n) => {
    const wide = Math.min(width(text, size), room)
    const shift = layer.align === 'center' ? whole((room - wide) / 2) : layer.align === 'right' ? room - wide : 0
    return { text, x: x + inset + shift, y: top + n * step + whole((step - size) / 2), w: wide }
  })
  return { size, lines }
}

/** Every layer that has something to show, from the bottom up. */
export function place(template: Template, content: Content): Placed[] {
  const given: Record<string, string> = { title: content.title, price: content.price, promoter: content.promoter, label: content.label, picture: content.picture }
  return template.layers
    .filter((layer) => !(layer.kind in given) || given[layer.kind])
    .map((layer) => {
      const words = layer.kind === 'text' ? layer.text ?? '' : given[layer.kind] ?? ''
      const { size, lines } = WORDS.includes(layer.kind) ? set(layer, words) : { size: 0, lines: [] }
      const picture = layer.kind === 'image' ? layer.picture ?? '' : layer.kind === 'picture' ? content.picture : ''
      const look = { ink: layer.ink ?? '', fill: layer.fill ?? '', radius: layer.radius ?? 0 }
      const worded = WORDS.includes(layer.kind)
      return { kind: layer.kind, box: layer.box, size, lines, align: worded ? layer.align ?? 'left' : 'left', bold: worded && (layer.bold ?? false), ...look, picture }
    })
}

type Ctx = CanvasRenderingContext2D
type Picture = CanvasImageSource & { width: number; height: number }

function round(ctx: Ctx, [x, y, w, h]: Placed['box'], radius: number): void {
  const r = Math.min(radius, w / 2, h / 2)
  ctx.beginPath()
  ctx.moveTo(x + r, y)
  ctx.arcTo(x + w, y, x + w, y + h, r)
  ctx.arcTo(x + w, y + h, x, y + h, r)
  ctx.arcTo(x, y + h, x, y, r)
  ctx.arcTo(x, y, x + w, y, r)
  ctx.closePath()
}

/** The middle of the picture, filling its box. */
function cover(ctx: Ctx, one: Placed, picture: Picture | undefined): void {
  const [x, y, w, h] = one.box
  ctx.save()
  round(ctx, one.box, one.radius)
  ctx.clip()
  if (picture) {
    const scale = Math.max(w / picture.width, h / picture.height)
    const [pw, ph] = [w / scale, h / scale]
    ctx.drawImage(picture, (picture.width - pw) / 2, (picture.height - ph) / 2, pw, ph, x, y, w, h)
  } else {
    ctx.fillStyle = '#e6e1d8'
    ctx.fillRect(x, y, w, h)
  }
  ctx.restore()
}

function write(ctx: Ctx, one: Placed): void {
  ctx.fillStyle = one.ink
  ctx.textBaseline = 'alphabetic'
  ctx.font = `${one.bold ? '600 ' : ''}${one.size}px "PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif`
  for (const line of one.lines) {
    ctx.textAlign = one.align as CanvasTextAlign
    const across = one.align === 'center' ? whole(line.w / 2) : one.align === 'right' ? line.w : 0
    ctx.fillText(line.text, line.x + across, line.y + whole((one.size * 88) / 100), line.w + 2)
  }
}

export function paint(ctx: Ctx, template: Template, placed: Placed[], pictures: Record<string, Picture | undefined>, code: Picture | undefined): void {
  ctx.fillStyle = template.background
  ctx.fillRect(0, 0, ...template.size)
  for (const one of placed) {
    if (one.kind === 'qr') {
      ctx.fillStyle = '#ffffff'
      ctx.fillRect(...one.box)
      if (code) ctx.drawImage(code, ...one.box)
    } else if (one.kind === 'picture' || one.kind === 'image') cover(ctx, one, pictures[one.picture])
    else {
      if (one.fill) {
        ctx.fillStyle = one.fill
        round(ctx, one.box, one.radius)
        ctx.fill()
      }
      write(ctx, one)
    }
  }
}

interface Sheet {
  canvas: HTMLCanvasElement
  load: (place: string) => Promise<Picture | undefined>
}

/** A canvas that is never shown: a visible one of uni-h5 is scaled twice. */
function sheet([width, height]: [number, number]): Sheet {
  let made: Sheet | undefined
  const loaded = (image: HTMLImageElement, place: string) =>
    new Promise<Picture | undefined>((done) => {
      image.onload = () => done(image)
      image.onerror = () => done(undefined) // a poster without its picture is better than none
      image.src = place
    })
  // #ifdef H5
  const canvas = Object.assign(document.createElement('canvas'), { width, height })
  made = { canvas, load: (place) => loaded(new Image(), place) }
  // #endif
  // #ifdef MP-WEIXIN
  const off = (uni as unknown as { createOffscreenCanvas: (o: object) => HTMLCanvasElement & { createImage: () => HTMLImageElement } }).createOffscreenCanvas({ type: '2d', width, height })
  made = { canvas: off, load: (place) => loaded(off.createImage(), place) }
  // #endif
  return made as Sheet
}

function finished(canvas: HTMLCanvasElement): Promise<string> {
  let done: Promise<string> | undefined
  // #ifdef H5
  done = new Promise((given, failed) => canvas.toBlob((blob) => (blob ? given(URL.createObjectURL(blob)) : failed(new Error('canvas'))), 'image/png'))
  // #endif
  // #ifdef MP-WEIXIN
  done = new Promise((given, failed) => uni.canvasToTempFilePath({ canvas, fileType: 'png', success: (r: { tempFilePath: string }) => given(r.tempFilePath), fail: failed } as unknown as UniApp.CanvasToTempFilePathOptions))
  // #endif
  return done as Promise<string>
}

/** The poster as the place of a picture. `where` finds a picture's place by its id, `code` is the place of the QR code. */
export async function draw(template: Template, content: Content, where: (id: string) => string, code: string): Promise<string> {
  const placed = place(template, content)
  const { canvas, load } = sheet(template.size)
  const ids = [...new Set(placed.map((one) => one.picture).filter(Boolean))]
  const [shown, ...found] = await Promise.all([load(code), ...ids.map((id) => load(where(id)))])
  const ctx = canvas.getContext('2d')
  if (!ctx) throw new Error('canvas')
  paint(ctx, template, placed, Object.fromEntries(ids.map((id, n) => [id, found[n]])), shown)
  return finished(canvas)
}

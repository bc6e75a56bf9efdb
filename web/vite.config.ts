import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { defineConfig, type Plugin } from 'vite'
import * as uniModule from '@dcloudio/vite-plugin-uni'

// The plugin is CommonJS: as an ES module its function stands under `default`, sometimes twice.
const given = uniModule as unknown as { default: unknown }
const uni = ((given.default as { default?: unknown }).default ?? given.default) as () => Plugin[]

/** uni-h5's style sheets name hosts of their maker (loading pictures, map markers). Nothing here may leave the house. */
function stayHome(): Plugin {
  const outside = /url\(\s*["']?https?:\/\/[^)]*\)/g
  return {
    name: 'xintui-stay-home',
    enforce: 'post',
    generateBundle(_, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type === 'asset' && file.fileName.endsWith('.css')) {
          file.source = String(file.source).replace(outside, 'none')
        }
      }
    },
  }
}

/** Two style sheets instead of one for each page: what the product page needs, and all the rest. On a slow phone a request
 * costs more than a kilobyte, and a kilobyte more than nothing. */
function twoSheets(): Plugin {
  const name = (kind: string, text: string) => `assets/${kind}-${createHash('sha256').update(text).digest('base64url').slice(0, 8)}.css`
  return {
    name: 'xintui-two-sheets',
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        const files = Object.values(bundle)
        const early = new Set<string>()
        for (const file of files) {
          if (file.type === 'chunk' && /(shared|pages-product-index)\./.test(file.fileName)) {
            file.viteMetadata?.importedCss.forEach((sheet) => early.add(sheet))
          }
        }
        const sheets = files.flatMap((file) => (file.type === 'asset' && file.fileName.endsWith('.css') ? [file] : []))
        const isFramework = (sheet: string) => /\/uni\./.test(sheet)
        const isEarly = (sheet: string) => early.has(sheet) || isFramework(sheet)
        // The framework's own comes first, as it does where nothing is put together: ours overrule it.
        sheets.sort((a, b) => Number(isFramework(b.fileName)) - Number(isFramework(a.fileName)))
        const [first, rest] = [true, false].map((which) => {
          const parts = sheets.filter((sheet) => isEarly(sheet.fileName) === which)
          const text = parts.map((sheet) => String(sheet.source)).join('\n')
          const fileName = name(which ? 'style' : 'rest', text)
          this.emitFile({ type: 'asset', fileName, source: text })
          return fileName
        })
        const renamed = (text: string) =>
          sheets.reduce((now, { fileName }) => now.replaceAll(fileName, isEarly(fileName) ? first : rest), text)
        for (const file of files) {
          if (file.type === 'chunk') file.code = renamed(file.code)
          else if (file.fileName.endsWith('.html')) file.source = once(renamed(String(file.source)), first)
        }
        for (const { fileName } of sheets) delete bundle[fileName]
      },
    },
  }
}

/** A page that links the same sheet twice links it once. */
function once(html: string, sheet: string): string {
  const [before, ...after] = html.split(new RegExp(`(?=<link rel="stylesheet"[^>]*${sheet})`))
  return before + after.map((part, i) => (i ? part.replace(/^<link[^>]*>\s*/, '') : part)).join('')
}

type Graph = { getModuleInfo: (id: string) => { importedIds: readonly string[] } | null; getModuleIds: () => IterableIterator<string> }
let first: Set<string> | null = null

/** What the product page cannot be shown without: it alone is measured on a slow phone. */
function needed(graph: Graph): Set<string> {
  if (first) return first
  first = new Set()
  const open = [...graph.getModuleIds()].filter((id) => /\/src\/(main\.ts|App\.vue|pages\/product\/index\.vue)$/.test(id))
  for (let id = open.pop(); id; id = open.pop()) {
    if (first.has(id)) continue
    first.add(id)
    open.push(...(graph.getModuleInfo(id)?.importedIds ?? []))
  }
  return first
}
const chunk = (id: string, graph: Graph): string | undefined => {
  if (needed(graph).has(id)) return /\/src\/pages\//.test(id) ? undefined : 'shared'
  return /\/web\/src\/(api|components|lib|locale|stores)\//.test(id) ? 'more' : undefined
}

export default defineConfig({
  base: '/m/',
  plugins: [uni(), stayHome(), ...(process.env.UNI_PLATFORM === 'h5' ? [twoSheets()] : [])],
  define: {
    __XINTUI_VERSION__: JSON.stringify(JSON.parse(readFileSync('package.json', 'utf8')).version),
  },
  server: { port: 5173, proxy: { '/api': 'http://127.0.0.1:8000' } },
  build: {
    target: 'es2018',
    chunkSizeWarningLimit: 900,
    // One chunk of what the product page needs, one of what the others share besides: see `twoSheets`.
    ...(process.env.UNI_PLATFORM === 'h5'
      ? {
          rollupOptions: {
            output: {
              manualChunks: chunk,
            },
          },
        }
      : {}),
  },
})

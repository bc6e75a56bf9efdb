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
  plugins: [uni(), stayHome()],
  define: {
    __XINTUI_VERSION__: JSON.stringify(JSON.parse(readFileSync('package.json', 'utf8')).version),
  },
  server: { port: 5173, proxy: { '/api': 'http://127.0.0.1:8000' } },
  build: {
    target: 'es2018',
    chunkSizeWarningLimit: 900,
    // One style sheet, one chunk of what the product page needs, one of what the others share besides: on a slow phone a
    // request costs more than a kilobyte.
    ...(process.env.UNI_PLATFORM === 'h5'
      ? {
          cssCodeSplit: false,
          rollupOptions: {
            output: {
              manualChunks: chunk,
            },
          },
        }
      : {}),
  },
})

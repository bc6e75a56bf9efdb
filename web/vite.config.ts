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
    // One style sheet and one chunk of what all pages share: on a slow phone a request costs more than a kilobyte.
    ...(process.env.UNI_PLATFORM === 'h5'
      ? {
          cssCodeSplit: false,
          rollupOptions: {
            output: {
              manualChunks: (id: string) => (/\/web\/src\/(api|components|lib|locale|stores)\//.test(id) ? 'shared' : undefined),
            },
          },
        }
      : {}),
  },
})

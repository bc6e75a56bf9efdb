/// <reference types="vite/client" />
declare const __XINTUI_VERSION__: string

declare module '*.vue' {
  import type { DefineComponent } from 'vue'
  const component: DefineComponent<object, object, unknown>
  export default component
}

interface ImportMetaEnv {
  /** The server's address, for the mini-program; "" on H5, which asks where it came from. */
  readonly VITE_SERVER?: string
}

/** One language today, a file per language tomorrow. */
import { createI18n } from 'vue-i18n'
import zh from './zh-CN'

export const i18n = createI18n({
  legacy: false,
  locale: 'zh-CN',
  fallbackLocale: 'zh-CN',
  messages: { 'zh-CN': zh },
  missingWarn: false,
  fallbackWarn: false,
})

export const t = (key: string, named: Record<string, unknown> = {}): string => i18n.global.t(key, named)
export const has = (key: string): boolean => i18n.global.te(key)

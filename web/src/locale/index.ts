/** One language today, a file per language tomorrow. The library is the one uni-app brings along anyway. */
import { I18n } from '@dcloudio/uni-i18n'
import zh from './zh-CN'

interface Words {
  [name: string]: string | Words
}

/** `{cart: {go: '…'}}` → `{'cart.go': '…'}` */
function flat(words: Words, before = ''): Record<string, string> {
  return Object.assign({}, ...Object.entries(words).map(([name, one]) => (typeof one === 'string' ? { [before + name]: one } : flat(one, `${before}${name}.`))))
}

const messages = { 'zh-Hans': flat(zh) }
const i18n = new I18n({ locale: 'zh-Hans', fallbackLocale: 'zh-Hans', messages })

/** More sentences, from a part of the shop that is loaded later. */
export const learn = (words: Words): void => void Object.assign(messages['zh-Hans'], flat(words))

export const has = (key: string): boolean => key in messages['zh-Hans']
/** A sentence by its key; an unknown key stands for itself. */
export const t = (key: string, named: Record<string, unknown> = {}): string => (has(key) ? i18n.t(key, named) : key)

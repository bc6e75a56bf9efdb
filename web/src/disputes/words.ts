/** The sentences of these pages, known from the moment one of them is loaded. */
import { learn } from '@/locale'
import own from './zh-CN'

learn(own)

export { has, t } from '@/locale'

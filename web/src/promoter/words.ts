/** The sentences of the promoter's pages, known from the moment one of these pages is loaded. */
import { learn } from '@/locale'
import own from './zh-CN'

learn(own)

export { has, t } from '@/locale'

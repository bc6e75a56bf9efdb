/** 再次验证: papers with somebody's tax, and where money goes, open after proving again within five minutes. */
import { get, post } from '@/api/client'
import { t } from '@/locale'
import { tell } from './go'

function ask(title: string, placeholderText: string): Promise<string> {
  return new Promise((done) => {
    uni.showModal({ title, editable: true, placeholderText, success: (r) => done(r.confirm ? (r.content ?? '').trim() : ''), fail: () => done('') })
  })
}

/** True when the person has proved who they are; false when they gave up. */
export async function proved(): Promise<boolean> {
  const { fresh_until, ways } = await get('/api/v1/me/step-up')
  if (fresh_until && Date.parse(fresh_until) > Date.now() + 5000) return true
  const way = (['otp', 'password', 'sms'] as const).find((one) => ways.includes(one))
  if (!way) {
    tell(t('proof.none'))
    return false
  }
  if (way === 'sms') await post('/api/v1/me/step-up/sms')
  const said = await ask(t('proof.title'), t(`proof.${way}`))
  if (!said) return false
  await post('/api/v1/me/step-up', { body: { otp: '', password: '', sms: '', [way]: said } })
  return true
}

/** Who is logged in, and what they are to the shop. */
import { computed, reactive } from 'vue'
import { type Answer, get, post } from '@/api/client'
import { type Tokens, forget, keep, kept, loggedIn } from '@/api/session'
import { Refusal } from '@/api/refusal'

export type Me = Answer<'/api/v1/me', 'get'>
export type Profile = Answer<'/api/v1/promoter/me', 'get'>

const state = reactive<{ me: Me | null; profile: Profile | null; asked: boolean }>({ me: null, profile: null, asked: false })

export function useMe() {
  kept()
  const promoter = computed(() => state.profile?.promoter ?? null)
  const active = computed(() => promoter.value?.state === 'active')
  return { state, loggedIn, promoter, active, refresh, logout }
}

/** Asks again who I am; a stranger is nobody, which is no error. */
export async function refresh(): Promise<void> {
  if (!kept()) {
    Object.assign(state, { me: null, profile: null, asked: true })
    return
  }
  try {
    state.me = await get('/api/v1/me')
    state.profile = (await get('/api/v1/promoter/application')) ?? null
  } catch (error) {
    if (!(error instanceof Refusal) || error.status !== 401) throw error
    Object.assign(state, { me: null, profile: null })
  } finally {
    state.asked = true
  }
}

export async function enter(tokens: Tokens): Promise<void> {
  keep(tokens)
  await refresh()
}

export async function logout(): Promise<void> {
  const tokens = kept()
  forget()
  Object.assign(state, { me: null, profile: null })
  if (tokens) await post('/api/v1/auth/logout', { body: { refresh_token: tokens.refresh_token } })
}

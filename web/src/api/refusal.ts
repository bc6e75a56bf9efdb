/** A "no" of the server, or of the way to it, as a Chinese sentence a person can act on. */
import { has, t } from '@/locale'

export class Refusal extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status: number,
    readonly facts: Record<string, unknown> = {},
  ) {
    super(message)
  }

  static of(status: number, body: unknown): Refusal {
    const given = body && typeof body === 'object' ? (body as { code?: string; message?: string; facts?: object }) : {}
    const code = given.code ?? `http.${status}`
    return new Refusal(code, sentence(code, status, given.message), status, { ...given.facts })
  }
}

/** Our own words where the reader is a buyer and the server's sentence speaks to programs; else the server's. */
function sentence(code: string, status: number, message?: string): string {
  const key = `refused.${code.replace('.', '_')}`
  if (has(key)) return t(key)
  if (message) return message
  return t(status >= 500 ? 'refused.server' : 'refused.other')
}

export const unreachable = (): Refusal => new Refusal('network.unreachable', t('refused.network'), 0)

export const says = (error: unknown): string => (error instanceof Refusal ? error.message : t('refused.other'))

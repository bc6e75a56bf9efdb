/**
 * The typed client: paths, parameters, bodies and answers come from the server's own OpenAPI document (`schema.d.ts`,
 * made by tools/web.sh). One transport for both targets: `uni.request`.
 */
import type { paths } from './schema'
import { type Tokens, forget, keep, kept, refreshing, stale } from './session'
import { Refusal, unreachable } from './refusal'

type Verb = 'get' | 'post' | 'put' | 'delete'
type Has<V extends Verb> = { [K in V]: { responses: unknown } }
type PathsOf<V extends Verb> = { [P in keyof paths]: paths[P] extends Has<V> ? P : never }[keyof paths]
type Op<P extends keyof paths, V extends Verb> = paths[P] extends { [K in V]: infer O } ? O : never
type InPath<O> = O extends { parameters: { path: infer A } } ? { path: A } : { path?: undefined }
type InQuery<O> = O extends { parameters: { query?: infer Q } } ? { query?: Q } : { query?: undefined }
type InBody<O> = O extends { requestBody: { content: { 'application/json': infer B } } } ? { body: B } : { body?: undefined }
type Asked<O> = InPath<O> & InQuery<O> & InBody<O> & { key?: string }
type Json<R> = R extends { content: { 'application/json': infer A } } ? A : never
export type Answer<P extends keyof paths, V extends Verb> =
  Op<P, V> extends { responses: infer R }
    ? R extends { 200: infer A } ? Json<A> : R extends { 201: infer A } ? Json<A> : never
    : never
/** What a list answers holds. */
export type ItemOf<T> = T extends { items: (infer I)[] } ? I : T extends (infer I)[] ? I : never

interface Raw {
  status: number
  body: unknown
}

/** Where the API is: on H5 where the page came from, in the mini-program the address given when it was built. */
let server: string = import.meta.env.VITE_SERVER ?? ''
// #ifdef H5
server = location.origin // whole addresses: uni-h5 puts its router's base before those that begin with a slash
// #endif
export const SERVER = server

function send(verb: string, url: string, body: unknown, header: Record<string, string>): Promise<Raw> {
  return new Promise((done, failed) => {
    uni.request({
      url: SERVER + url,
      method: verb.toUpperCase() as 'GET',
      data: body === undefined || body instanceof ArrayBuffer ? body : JSON.stringify(body),
      header: { ...(body === undefined ? {} : { 'Content-Type': body instanceof ArrayBuffer ? 'application/octet-stream' : 'application/json' }), ...header },
      timeout: 15_000,
      success: (answer) => done({ status: answer.statusCode, body: answer.data }),
      fail: () => failed(unreachable()),
    })
  })
}

/** 128 random bits: names one intention of a person, so that asking again does it once. */
export function newKey(): string {
  const bytes = Array.from({ length: 16 }, () => Math.floor(Math.random() * 256))
  if (typeof crypto !== 'undefined' && crypto.getRandomValues) bytes.splice(0, 16, ...crypto.getRandomValues(new Uint8Array(16)))
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

function address(path: string, inPath?: object, query?: object): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(String((inPath as Record<string, unknown>)[name])))
  const asked = Object.entries(query ?? {}).filter(([, value]) => value !== undefined && value !== null && value !== '')
  const text = asked.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join('&')
  return text ? `${filled}?${text}` : filled
}

/** A fresh pair of tokens, asked for once however many requests found theirs stale. */
async function rotate(old: Tokens): Promise<Tokens | null> {
  return refreshing(old, async (refresh_token) => {
    const answer = await send('post', '/api/v1/auth/refresh', { refresh_token }, {})
    return answer.status === 200 ? (answer.body as Tokens) : null
  })
}

/** A token that is good for a while, for what `uni.request` cannot do; "" for nobody. */
export async function bearer(): Promise<string> {
  let tokens = kept()
  if (tokens && stale(tokens)) tokens = await rotate(tokens)
  return tokens?.access_token ?? ''
}

async function authorised(verb: Verb, url: string, body: unknown, header: Record<string, string>): Promise<Raw> {
  let tokens = kept()
  if (tokens && stale(tokens)) tokens = await rotate(tokens)
  const bearer = (one: Tokens | null) => (one ? { ...header, Authorization: `Bearer ${one.access_token}` } : header)
  const answer = await send(verb, url, body, bearer(tokens))
  if (answer.status !== 401 || !tokens) return answer
  const fresh = await rotate(tokens)
  if (!fresh) {
    forget()
    return answer
  }
  return send(verb, url, body, bearer(fresh))
}

async function call(verb: Verb, path: string, asked: Asked<unknown> & { body?: unknown } = {}): Promise<unknown> {
  const url = address(path, asked.path, asked.query)
  const header: Record<string, string> = verb === 'get' ? {} : { 'Idempotency-Key': asked.key ?? newKey() }
  let answer: Raw
  try {
    answer = await authorised(verb, url, asked.body, header)
  } catch (lost) {
    if (!(lost instanceof Refusal) || lost.code !== 'network.unreachable') throw lost
    answer = await authorised(verb, url, asked.body, header) // the key is the same: what was done is not done twice
  }
  if (answer.status >= 200 && answer.status < 300) return answer.body
  throw Refusal.of(answer.status, answer.body)
}

type Args<O> = Asked<O> extends { path: unknown } | { body: unknown } ? [asked: Asked<O>] : [asked?: Asked<O>]
type Caller<V extends Verb> = <P extends PathsOf<V>>(path: P, ...asked: Args<Op<P, V>>) => Promise<Answer<P, V>>
const caller = (verb: Verb) => (path: string, asked?: object) => call(verb, path, asked as Asked<unknown>)

export const get = caller('get') as unknown as Caller<'get'>
export const post = caller('post') as unknown as Caller<'post'>
export const put = caller('put') as unknown as Caller<'put'>
export const del = caller('delete') as unknown as Caller<'delete'>
export { keep }

/** Bytes as they are (a picture), to an address that answers with their new id. */
export async function upload(path: string, bytes: ArrayBuffer): Promise<string> {
  const answer = await authorised('post', path, bytes, { 'Idempotency-Key': newKey() })
  if (answer.status !== 201) throw Refusal.of(answer.status, answer.body)
  return (answer.body as { id: string }).id
}

/** A file behind the API (a receipt, a QR code): its temporary path, which an `<image>` or a reader can open. */
export async function file(path: string): Promise<string> {
  let tokens = kept()
  if (tokens && stale(tokens)) tokens = await rotate(tokens)
  return new Promise((done, failed) => {
    uni.downloadFile({
      url: SERVER + path,
      header: tokens ? { Authorization: `Bearer ${tokens.access_token}` } : {},
      success: (answer) =>
        answer.statusCode === 200 ? done(answer.tempFilePath) : failed(Refusal.of(answer.statusCode, null)),
      fail: () => failed(unreachable()),
    })
  })
}

/** The address of a product's picture. */
export const picture = (id: string): string => (id ? `${SERVER}/api/v1/catalog/pictures/${id}` : '')

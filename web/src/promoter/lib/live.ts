/**
 * Today's money as the server pushes it. One line that is kept open (fetch on H5, a chunked request in the mini-program:
 * an EventSource could not carry the token); when there is none to be had, asking every few seconds.
 */
import { type Answer, SERVER, bearer, get } from '@/api/client'
import { Events, type Told } from './events'

export type Today = Answer<'/api/v1/promoter/me/today', 'get'>
export type Way = 'pushed' | 'asked' | 'waiting'

const PATH = '/api/v1/promoter/me/live'
const ASK_MS = 5_000
const AGAIN_MS = 30_000

export class Live {
  private events = new Events()
  private running = false
  private timer: ReturnType<typeof setTimeout> | undefined
  private hangUp: () => void = () => undefined

  constructor(
    private readonly show: (today: Today) => void,
    private readonly say: (way: Way) => void = () => undefined,
  ) {}

  start(): void {
    if (this.running) return
    this.running = true
    void this.keep()
  }

  stop(): void {
    this.running = false
    clearTimeout(this.timer)
    this.hangUp()
    this.say('waiting')
  }

  /** Listen for as long as the line lives; then again, or, where the server has no line left, ask meanwhile. */
  private async keep(): Promise<void> {
    while (this.running) {
      const began = Date.now()
      const open = await this.listen().catch(() => false)
      if (!this.running) return
      if (open) await this.pause(Date.now() - began > 5000 ? 50 : this.events.retry)
      else await this.ask(AGAIN_MS)
    }
  }

  private async ask(ms: number): Promise<void> {
    this.say('asked')
    for (const until = Date.now() + ms; this.running && Date.now() < until; await this.pause(ASK_MS)) {
      const found = await get('/api/v1/promoter/me/today').catch(() => null)
      if (found && this.running) this.show(found)
    }
  }

  private pause(ms: number): Promise<void> {
    return new Promise((done) => (this.timer = setTimeout(done, ms)))
  }

  private take(told: Told[]): void {
    for (const one of told) if (one.event === 'today' && this.running) this.show(JSON.parse(one.data) as Today)
  }

  /** False: refused, so there is no line to be had now. */
  private async listen(): Promise<boolean> {
    const token = await bearer()
    if (!token) return false
    const header: Record<string, string> = { Authorization: `Bearer ${token}`, Accept: 'text/event-stream' }
    if (this.events.id) header['Last-Event-ID'] = this.events.id
    let line: Promise<boolean> = Promise.resolve(false)
    // #ifdef H5
    line = this.fetched(header)
    // #endif
    // #ifdef MP-WEIXIN
    line = this.chunked(header)
    // #endif
    return line
  }

  private async fetched(headers: Record<string, string>): Promise<boolean> {
    const ending = new AbortController()
    this.hangUp = () => ending.abort()
    const answer = await fetch(SERVER + PATH, { headers, signal: ending.signal, cache: 'no-store' })
    if (!answer.ok || !answer.body) return false
    this.say('pushed')
    const reader = answer.body.getReader()
    const text = new TextDecoder()
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return true
      this.take(this.events.feed(text.decode(value, { stream: true })))
    }
  }

  private chunked(header: Record<string, string>): Promise<boolean> {
    return new Promise((done) => {
      const task = uni.request({
        url: SERVER + PATH,
        header,
        enableChunked: true,
        timeout: 600_000,
        success: (answer) => done(answer.statusCode === 200),
        fail: () => done(false),
      } as UniApp.RequestOptions) as unknown as Chunked
      this.hangUp = () => task.abort()
      task.onChunkReceived(({ data }) => {
        this.say('pushed')
        this.take(this.events.feed(String.fromCharCode(...new Uint8Array(data)))) // the body is plain ASCII
      })
    })
  }
}

interface Chunked {
  abort(): void
  onChunkReceived(heard: (chunk: { data: ArrayBuffer }) => void): void
}

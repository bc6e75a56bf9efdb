/** Server-sent events as they come over the wire, in pieces of any size. */
export interface Told {
  event: string
  data: string
  id: string
}

export class Events {
  private rest = ''
  id = ''
  retry = 3000

  /** What a piece completes. */
  feed(piece: string): Told[] {
    const blocks = (this.rest + piece).replace(/\r\n?/g, '\n').split('\n\n')
    this.rest = blocks.pop() ?? ''
    return blocks.map((block) => this.read(block)).filter((one): one is Told => one !== null)
  }

  private read(block: string): Told | null {
    const told: Told = { event: 'message', data: '', id: this.id }
    let said = false
    for (const line of block.split('\n')) {
      const [, name, value] = /^(\w+):? ?(.*)$/.exec(line) ?? []
      if (name === 'event') told.event = value ?? ''
      else if (name === 'id') this.id = told.id = value ?? ''
      else if (name === 'retry') this.retry = Number(value) || this.retry
      else if (name === 'data') {
        told.data += (said ? '\n' : '') + (value ?? '')
        said = true
      }
    }
    return said ? told : null
  }
}

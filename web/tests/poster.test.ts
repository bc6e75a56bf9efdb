/** The phone puts every part of a poster where the server puts it: both are held to one file of cases. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Content, type Template, paint, place } from '@/lib/poster'

interface Case {
  name: string
  template: Template
  content: Content
  placed: unknown[]
}
const CASES = JSON.parse(readFileSync(resolve(__dirname, '../../tests/promotion/materials/posters.json'), 'utf8')) as Case[]

describe('a poster', () => {
  it('has cases', () => expect(CASES.length).toBeGreaterThanOrEqual(9))
  it.each(CASES.map((one) => [one.name, one] as const))('stands as the server places it: %s', (_, one) => {
    expect(place(one.template, one.content)).toEqual(one.placed)
  })

  it('writes the whole label, and fits every word into its place', () => {
    const written: [string, number][] = []
    const nothing = () => undefined
    const pen = { fillRect: nothing, beginPath: nothing, moveTo: nothing, arcTo: nothing, closePath: nothing, fill: nothing, save: nothing, restore: nothing, clip: nothing, drawImage: nothing, fillText: (text: string, _x: number, _y: number, most: number) => written.push([text, most]) }
    for (const one of CASES) {
      written.length = 0
      paint(pen as unknown as CanvasRenderingContext2D, one.template, place(one.template, one.content), {}, undefined)
      expect(written.map(([text]) => text)).toContain('广告·推广赚佣金')
      expect(written.every(([, most]) => most > 0 && most <= one.template.size[0])).toBe(true)
    }
  })
})

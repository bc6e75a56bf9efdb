/** An answer as the text it came as: a proof is checked as it was written, and its type is no schema of the API. */
import { SERVER, bearer } from './client'
import { Refusal, unreachable } from './refusal'

export async function asText(path: string): Promise<string> {
  const token = await bearer()
  return new Promise((done, failed) => {
    uni.request({
      url: SERVER + path,
      dataType: 'text',
      header: token ? { Authorization: `Bearer ${token}` } : {},
      timeout: 30_000,
      success: (answer) => (answer.statusCode === 200 ? done(String(answer.data)) : failed(Refusal.of(answer.statusCode, answer.data))),
      fail: () => failed(unreachable()),
    })
  })
}

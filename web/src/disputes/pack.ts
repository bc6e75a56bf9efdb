/** 证据包: made on asking (its digest is written down), so it is a POST; saved in a browser, handed on in WeChat. */
import { SERVER, bearer, newKey } from '@/api/client'
import { Refusal } from '@/api/refusal'

function fetched(id: string, token: string): Promise<ArrayBuffer> {
  return new Promise((done, failed) => {
    uni.request({
      url: `${SERVER}/api/v1/disputes/${id}/pack`,
      method: 'POST',
      responseType: 'arraybuffer',
      header: { Authorization: `Bearer ${token}`, 'Idempotency-Key': newKey(), 'Content-Type': 'application/json' },
      success: (answer) => (answer.statusCode === 200 ? done(answer.data as ArrayBuffer) : failed(Refusal.of(answer.statusCode, null))),
      fail: () => failed(Refusal.of(0, null)),
    })
  })
}

export async function savePack(id: string, name: string): Promise<void> {
  const bytes = await fetched(id, await bearer())
  // #ifdef H5
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([bytes], { type: 'application/zip' }))
  link.download = name
  link.click()
  URL.revokeObjectURL(link.href)
  // #endif
  // #ifdef MP-WEIXIN
  const place = `${(uni as unknown as { env: { USER_DATA_PATH: string } }).env.USER_DATA_PATH}/${id}.zip`
  await new Promise<void>((done, failed) => {
    uni.getFileSystemManager().writeFile({ filePath: place, data: bytes, success: () => done(), fail: failed })
  })
  const chat = uni as unknown as { shareFileMessage: (given: { filePath: string; fileName: string }) => void }
  chat.shareFileMessage({ filePath: place, fileName: name })
  // #endif
}

export interface Print {
  name: string
  sha256: string
  size: number
}

/** A video's SHA-256, computed on the device: the video itself stays there. Null where nothing was chosen. */
export async function printOfVideo(): Promise<Print | null> {
  let made: Print | null = null
  // #ifdef H5
  const file = await new Promise<File | null>((done) => {
    uni.chooseVideo({ compressed: false, success: (r) => done(((r as unknown as { tempFile?: File }).tempFile ?? null) as File | null), fail: () => done(null) })
  })
  if (!file) return null
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()))
  made = { name: file.name.slice(0, 80) || 'video', sha256: [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join(''), size: file.size }
  // #endif
  return made
}

export const canPrint = (): boolean => {
  let can = false
  // #ifdef H5
  can = typeof crypto !== 'undefined' && !!crypto.subtle
  // #endif
  return can
}

/** A file that only its owner may have: saved in a browser, handed to the person's chat or disk in WeChat. */
import { file } from '@/api/client'

export async function openZip(path: string, name: string): Promise<void> {
  const place = await file(path)
  // #ifdef H5
  const link = document.createElement('a')
  link.href = place
  link.download = name
  link.click()
  // #endif
  // #ifdef MP-WEIXIN
  const chat = uni as unknown as { shareFileMessage: (given: { filePath: string; fileName: string }) => void }
  chat.shareFileMessage({ filePath: place, fileName: name })
  // #endif
}

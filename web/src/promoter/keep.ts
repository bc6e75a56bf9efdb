/** Keeping a picture: in the album of the phone, or as a file of the browser. */
import { isMini } from '@/lib/device'
import { tell } from '@/lib/go'
import { t } from '@/promoter/words'

/** True when it was kept. Inside WeChat's browser nothing can be downloaded: the finger stays on the picture instead. */
export async function keepPicture(place: string, name: string): Promise<boolean> {
  if (isMini()) return inAlbum(place)
  let kept = false
  // #ifdef H5
  if (/MicroMessenger/.test(navigator.userAgent)) {
    tell(t('share.press_long'))
    uni.previewImage({ urls: [place], current: place })
  } else {
    const link = document.createElement('a')
    link.href = place
    link.download = name
    link.click()
    tell(t('share.saved'))
  }
  kept = true
  // #endif
  return kept
}

function inAlbum(filePath: string): Promise<boolean> {
  return new Promise((done) => {
    uni.saveImageToPhotosAlbum({
      filePath,
      success: () => {
        tell(t('share.saved'))
        done(true)
      },
      fail: () => {
        tell(t('share.not_allowed'))
        done(false)
      },
    })
  })
}

/** Pictures from the phone: chosen, made small enough to send, and read as bytes. */
const EDGE = 1280

export function choosePhotos(most: number): Promise<string[]> {
  return new Promise((done) => {
    uni.chooseImage({ count: most, sizeType: ['compressed'], success: (r) => done([r.tempFilePaths].flat()), fail: () => done([]) })
  })
}

/** The width and height that fit into a square of `edge`, never larger than they were. */
export function fitted(width: number, height: number, edge = EDGE): [number, number] {
  const scale = Math.min(1, edge / Math.max(width, height))
  return [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))]
}

export async function bytesOf(path: string): Promise<ArrayBuffer> {
  let found = new ArrayBuffer(0)
  // #ifdef H5
  const picture = new Image()
  picture.src = path
  await picture.decode()
  const [width, height] = fitted(picture.naturalWidth, picture.naturalHeight)
  const canvas = Object.assign(document.createElement('canvas'), { width, height })
  canvas.getContext('2d')!.drawImage(picture, 0, 0, width, height)
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', 0.86))
  found = blob ? await blob.arrayBuffer() : found
  // #endif
  // #ifdef MP-WEIXIN
  found = await new Promise<ArrayBuffer>((done, failed) => {
    uni.getFileSystemManager().readFile({ filePath: path, success: (r) => done(r.data as ArrayBuffer), fail: failed })
  })
  // #endif
  return found
}

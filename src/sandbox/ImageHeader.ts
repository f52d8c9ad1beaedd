// What the first bytes of a picture say: type and size in pixels. PNG, JPEG, GIF and WebP; nothing is decoded beyond the header, and a broken
// or foreign file is undefined, never an exception.
// @source PNG §11.2.2, JPEG ITU-T.81 B.2.2, GIF89a §18, WebP container specification

export interface ImageHeader {
  readonly mime: "image/png" | "image/jpeg" | "image/gif" | "image/webp"
  readonly width: number
  readonly height: number
}

const ascii = (view: DataView, at: number, length: number) =>
  at + length > view.byteLength
    ? ""
    : String.fromCharCode(...Array.from({ length }, (_, index) => view.getUint8(at + index)))

const png = (view: DataView): ImageHeader => ({
  mime: "image/png",
  width: view.getUint32(16),
  height: view.getUint32(20)
})

const gif = (view: DataView): ImageHeader => ({
  mime: "image/gif",
  width: view.getUint16(6, true),
  height: view.getUint16(8, true)
})

const isFrame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)

/** Walks the segments up to the frame header. */
const jpeg = (view: DataView): ImageHeader | undefined => {
  let at = 2
  while (at + 9 < view.byteLength) {
    if (view.getUint8(at) !== 0xff) return undefined
    const marker = view.getUint8(at + 1)
    if (isFrame(marker)) {
      return { mime: "image/jpeg", height: view.getUint16(at + 5), width: view.getUint16(at + 7) }
    }
    at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2)
  }
  return undefined
}

const uint24 = (view: DataView, at: number) => view.getUint16(at, true) + (view.getUint8(at + 2) << 16)

const webp = (view: DataView): ImageHeader | undefined => {
  const mime = "image/webp"
  switch (ascii(view, 12, 4)) {
    case "VP8X":
      return { mime, width: 1 + uint24(view, 24), height: 1 + uint24(view, 27) }
    case "VP8L": {
      const bits = view.getUint32(21, true)
      return { mime, width: 1 + (bits & 0x3fff), height: 1 + ((bits >> 14) & 0x3fff) }
    }
    case "VP8 ":
      return { mime, width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff }
    default:
      return undefined
  }
}

/** Type and size, or undefined for anything that is not one of the four. */
export const imageHeader = (bytes: Uint8Array): ImageHeader | undefined => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.byteLength < 30) return undefined
  if (ascii(view, 1, 3) === "PNG" && ascii(view, 12, 4) === "IHDR") return png(view)
  if (view.getUint16(0) === 0xffd8) return jpeg(view)
  if (ascii(view, 0, 4) === "GIF8") return gif(view)
  if (ascii(view, 0, 4) === "RIFF" && ascii(view, 8, 4) === "WEBP") return webp(view)
  return undefined
}

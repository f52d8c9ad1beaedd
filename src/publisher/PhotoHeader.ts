// What the first bytes of a picture say: its type, and its size where that is easily read. Foreign and broken bytes give undefined parts,
// never an exception.
// @source PNG §11.2.2; GIF89a §18; JPEG ITU-T T.81 B.2.2; WebP container specification (RFC 9649)

export interface PhotoHeader {
  readonly extension: "jpg" | "png" | "webp" | "gif"
  readonly size: { readonly width: number; readonly height: number } | undefined
}

type Size = PhotoHeader["size"]

export const photoHeader = (bytes: Uint8Array): PhotoHeader | undefined => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 32) return undefined
  if (view.getUint32(0) === 0x89504e47) {
    return { extension: "png", size: { width: view.getUint32(16), height: view.getUint32(20) } }
  }
  if (view.getUint32(0) === 0x47494638) {
    return { extension: "gif", size: { width: view.getUint16(6, true), height: view.getUint16(8, true) } }
  }
  if (view.getUint32(0) === 0x52494646 && view.getUint32(8) === 0x57454250) {
    return { extension: "webp", size: webpSize(view) }
  }
  return view.getUint16(0) === 0xffd8 && view.getUint8(2) === 0xff
    ? { extension: "jpg", size: jpegSize(view) }
    : undefined
}

/** Walks the segments up to the frame header (SOF0 to SOF15 without DHT, JPG and DAC). */
const jpegSize = (view: DataView): Size => {
  for (let at = 2; at + 9 <= view.byteLength; ) {
    if (view.getUint8(at) !== 0xff) return undefined
    const marker = view.getUint8(at + 1)
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) }
    }
    at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2)
  }
  return undefined
}

const webpSize = (view: DataView): Size => {
  const uint24 = (at: number) => view.getUint16(at, true) + view.getUint8(at + 2) * 65_536
  switch (view.getUint32(12)) {
    case 0x56503858: // VP8X
      return { width: 1 + uint24(24), height: 1 + uint24(27) }
    case 0x5650384c: {
      // VP8L: 14 bits each
      const bits = view.getUint32(21, true)
      return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) }
    }
    case 0x56503820: // VP8
      return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff }
    default:
      return undefined
  }
}

// Pictures that consist of a header only: enough for whoever looks at type and size.
import { InputFile } from "grammy"

/** A PNG header of this size, padded to `bytes`. */
export const png = (width: number, height: number, bytes = 64): Uint8Array => {
  const image = Buffer.alloc(Math.max(bytes, 33))
  Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]).copy(image)
  image.writeUInt32BE(13, 8)
  image.write("IHDR", 12)
  image.writeUInt32BE(width, 16)
  image.writeUInt32BE(height, 20)
  return image
}

export const gif = (width: number, height: number): Uint8Array => {
  const image = Buffer.alloc(40)
  image.write("GIF89a")
  image.writeUInt16LE(width, 6)
  image.writeUInt16LE(height, 8)
  return image
}

export const jpeg = (width: number, height: number): Uint8Array => {
  const head = Buffer.from([
    0xff,
    0xd8,
    0xff,
    0xe0,
    0,
    16,
    ...Array<number>(14).fill(0),
    0xff,
    0xc2,
    0,
    17,
    8
  ])
  const size = Buffer.alloc(4)
  size.writeUInt16BE(height, 0)
  size.writeUInt16BE(width, 2)
  return Buffer.concat([head, size, Buffer.alloc(16)])
}

export const webp = (width: number, height: number): Uint8Array => {
  const image = Buffer.alloc(40)
  image.write("RIFF")
  image.write("WEBPVP8X", 8)
  image.writeUIntLE(width - 1, 24, 3)
  image.writeUIntLE(height - 1, 27, 3)
  return image
}

export const upload = (bytes: Uint8Array, name = "photo.png") => new InputFile(bytes, name)

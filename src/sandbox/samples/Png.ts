// Pixels → a PNG file, with zlib alone.
// @source https://www.w3.org/TR/png-3/ (§5 chunks, §7.3 filtering, §11.2.1 IHDR)
import { crc32, deflate } from "node:zlib"
import { Effect } from "effect"

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

const chunk = (type: string, data: Uint8Array): Buffer => {
  const named = Buffer.concat([Buffer.from(type, "latin1"), data])
  const out = Buffer.alloc(named.length + 8)
  out.writeUInt32BE(data.length, 0)
  named.copy(out, 4)
  out.writeUInt32BE(crc32(named), out.length - 4)
  return out
}

/** Each row as its difference to the row above, which suits soft pictures. */
const filtered = (stride: number, height: number, rgb: Uint8Array): Uint8Array => {
  const rows = new Uint8Array((stride + 1) * height)
  for (let y = 0; y < height; y++) {
    const row = y * (stride + 1)
    rows[row] = 2
    rows.set(rgb.subarray(y * stride, (y + 1) * stride), row + 1)
    if (y === 0) continue
    const above = rgb.subarray((y - 1) * stride, y * stride)
    for (let x = 0; x < stride; x++) rows[row + 1 + x] = (rows[row + 1 + x] ?? 0) - (above[x] ?? 0)
  }
  return rows
}

/** Off the event loop: a picture takes some ten milliseconds. */
const deflated = (bytes: Uint8Array): Effect.Effect<Uint8Array> =>
  Effect.async((resume) =>
    deflate(bytes, (error, packed) => resume(error === null ? Effect.succeed(packed) : Effect.die(error)))
  )

const ihdr = (width: number, height: number): Buffer => {
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([8, 2, 0, 0, 0], 8)
  return chunk("IHDR", head)
}

/** A picture that is all header: enough for whoever looks at type and size. `bytes` is how large its file is at least. */
export const blankPng = (width: number, height: number, bytes = 0): Uint8Array => {
  const whole = Buffer.concat([signature, ihdr(width, height), chunk("IEND", new Uint8Array())])
  return new Uint8Array(Buffer.concat([whole, Buffer.alloc(Math.max(0, bytes - whole.length))]))
}

/** `rgb` holds width × height × 3 bytes, row by row. */
export const encodePng = (width: number, height: number, rgb: Uint8Array): Effect.Effect<Uint8Array> => {
  return Effect.map(deflated(filtered(width * 3, height, rgb)), (data) =>
    Buffer.concat([signature, ihdr(width, height), chunk("IDAT", data), chunk("IEND", new Uint8Array())])
  )
}

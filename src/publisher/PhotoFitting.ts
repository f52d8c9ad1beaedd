// Any picture of the web → one that Telegram takes as a photo: JPEG or PNG, at most 10 MB, within its sides and its ratio. Enters: bytes
// trusted with nothing. Leaves: the same bytes where they fit already, else a JPEG made of them. Promises: what a decoder may read is bounded
// before it reads (bytes, pixels, time), one picture at a time; where sharp is missing or gives up, that is a reason, never a crash.
import { Effect } from "effect"
import type { Sharp, SharpOptions } from "sharp"
import { inLine, makeLine } from "../domain/Line.ts"
import { photoHeader } from "./PhotoHeader.ts"
import { isPhoto, maxRatio, PhotoUnavailable } from "./Photos.ts"

/** Pixels of a picture that is decoded: 200 MB of memory at four bytes each, whatever its file says. */
const maxPixels = 50_000_000

/** A drawing larger than this is a trap: it is parsed before it has pixels, and before anybody says that it is one. */
const maxDrawingBytes = 1_000_000

/** Of the formats below, those of `photoHeader` aside: TIFF in both byte orders, and what HEIF and AVIF have at 4. */
const tiff = ["49492a00", "4d4d002a", "49492b00", "4d4d002b"]
const isoMedia = "66747970"
/** A packed drawing, which may be of any size. */
const gzip = "1f8b"

/** Why it is not even asked what it is. */
const trapIn = (bytes: Uint8Array): string | undefined => {
  const start = Buffer.from(bytes.subarray(0, 8)).toString("hex")
  if (start.startsWith(gzip)) return "it is packed, no picture for a post"
  const hasPixels =
    photoHeader(bytes) !== undefined ||
    tiff.some((magic) => start.startsWith(magic)) ||
    start.slice(8) === isoMedia
  return hasPixels || bytes.length <= maxDrawingBytes ? undefined : "it is a drawing of over 1 MB, or none"
}

/** Telegram shows no more, pixels of the longer side. @source reference/telegram-bot-api.md §2 (photo sizes) */
const longestSide = 2560

const maxSeconds = 10
const white = "#ffffff"

/** The decoders that are trusted with foreign bytes. */
const formats: ReadonlyArray<string> = ["jpeg", "png", "webp", "gif", "heif", "svg", "tiff"]

type MakeSharp = (bytes: Uint8Array, options: SharpOptions) => Sharp

/** The native library, where it is installed; loaded when the first picture needs it, for it is large. */
const sharpModule: Effect.Effect<MakeSharp, string> = Effect.tryPromise({
  try: async () => {
    const { default: sharp } = await import("sharp")
    sharp.cache(false)
    sharp.concurrency(1)
    return sharp
  },
  catch: () => "sharp, which would convert it, cannot be loaded here (npm install sharp)"
})

const one = makeLine(1)

const reason = (cause: unknown): string =>
  `it cannot be converted (${(cause instanceof Error ? cause.message : String(cause)).split("\n")[0]?.slice(0, 200)})`

const attempt = <A>(run: () => Promise<A>): Effect.Effect<A, string> =>
  Effect.tryPromise({ try: run, catch: reason })

/** Within the longest side, and with white beside a strip that is too long. */
export const frame = (width: number, height: number) => {
  const scale = Math.min(1, longestSide / Math.max(width, height))
  const least = Math.ceil((Math.max(width, height) * scale) / maxRatio)
  const side = (length: number) => Math.max(1, least, Math.round(length * scale))
  return { width: side(width), height: side(height) }
}

const converted = (make: MakeSharp, bytes: Uint8Array): Effect.Effect<Uint8Array, string> =>
  Effect.gen(function* () {
    const trap = trapIn(bytes)
    if (trap !== undefined) return yield* Effect.fail(trap)
    const options: SharpOptions = { limitInputPixels: maxPixels, failOn: "error", sequentialRead: true }
    const { format = "nothing known", autoOrient } = yield* attempt(() => make(bytes, options).metadata())
    if (!formats.includes(format)) return yield* Effect.fail(`it is ${format}, no picture for a post`)
    const { width, height } = autoOrient
    if (width * height > maxPixels)
      return yield* Effect.fail(`${width} × ${height} is too large to be made smaller`)
    return yield* attempt(() =>
      make(bytes, options)
        .timeout({ seconds: maxSeconds })
        .autoOrient()
        .resize({ ...frame(width, height), fit: "contain", background: white })
        .flatten({ background: white })
        .jpeg({ quality: 88 })
        .toBuffer()
    )
  })

/** Telegram takes these two as they are. */
const asIs = (bytes: Uint8Array): boolean => {
  const extension = photoHeader(bytes)?.extension
  return (extension === "jpg" || extension === "png") && isPhoto(bytes)
}

/**
 * `load` stands for the library, for a test of its absence. A WebP or GIF that Telegram would take itself goes out as it is when it cannot be
 * converted; every other failure is that there is no picture, with the reason.
 */
export const fitPhoto = (
  url: string,
  bytes: Uint8Array,
  load: Effect.Effect<MakeSharp, string> = sharpModule
): Effect.Effect<Uint8Array, PhotoUnavailable> =>
  asIs(bytes)
    ? Effect.succeed(bytes)
    : inLine(one)(Effect.flatMap(load, (make) => converted(make, bytes))).pipe(
        Effect.catchAll((detail) =>
          isPhoto(bytes)
            ? Effect.as(
                Effect.logWarning("A picture goes out unconverted").pipe(
                  Effect.annotateLogs({ url, detail })
                ),
                bytes
              )
            : Effect.fail(new PhotoUnavailable({ url, detail }))
        )
      )

// The picture of an item: loaded and fitted by us (no cache of failures, no size limit of 5 MB, no third party's time-out inside a send), and
// taken only if Telegram will take it. Without one the post goes out as text.
import { Context, type Effect, Either, Schema } from "effect"
import type { Photo } from "../telegram/Telegram.ts"
import { photoHeader } from "./PhotoHeader.ts"

/** There is no picture to post; go on without. `detail` is one clause. */
export class PhotoUnavailable extends Schema.TaggedError<PhotoUnavailable>(
  "oncecast/publisher/PhotoUnavailable"
)("PhotoUnavailable", { url: Schema.String, detail: Schema.String }) {
  override get message(): string {
    return `The picture ${this.url} cannot be used: ${this.detail}.`
  }
}

export class Photos extends Context.Tag("oncecast/publisher/Photos")<
  Photos,
  {
    /** The bytes behind an address of an untrusted document: whoever implements it guards against private addresses. */
    readonly load: (url: string) => Effect.Effect<Uint8Array, PhotoUnavailable>
  }
>() {}

/** @source reference/telegram-bot-api.md §2, photo upload (Bot API: sendPhoto) */
const maxBytes = 10 * 1024 * 1024
const maxSides = 10_000
export const maxRatio = 20

/** Judges by the bytes, whatever the server called them. */
export const photoOf = (url: string, bytes: Uint8Array): Either.Either<Photo, PhotoUnavailable> => {
  const unusable = (detail: string) => Either.left(new PhotoUnavailable({ url, detail }))
  if (bytes.length > maxBytes) return unusable("larger than 10 MB")
  const header = photoHeader(bytes)
  if (header === undefined) return unusable("not a JPEG, PNG, WebP or GIF")
  if (header.size !== undefined) {
    const { width, height } = header.size
    if (width === 0 || height === 0) return unusable("it has no size")
    if (width + height > maxSides) return unusable(`${width} × ${height} is too large`)
    if (Math.max(width, height) > maxRatio * Math.min(width, height)) {
      return unusable(`${width} × ${height} is too long a strip`)
    }
  }
  return Either.right({ bytes, fileName: `photo.${header.extension}` })
}

/** Whether Telegram would take the bytes as they are. */
export const isPhoto = (bytes: Uint8Array): boolean => Either.isRight(photoOf("", bytes))

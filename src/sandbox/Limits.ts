// Telegram's sizes: texts, captions, albums, photos. A value enters; nothing or the refusal leaves, with the text that sends or edits use.
// @source reference/telegram-bot-api.md §2
import { Either } from "effect"
import { badRequest, type Judged } from "./Errors.ts"
import type { ImageHeader } from "./ImageHeader.ts"
import type { Switches } from "./Switches.ts"

export const maxText = 4096
export const maxCaption = 1024
export const maxAlbum = 10
export const maxPhotoBytes = 10 * 1024 * 1024
/** Width plus height. */
export const maxPhotoSides = 10_000
export const maxPhotoRatio = 20
/** A larger body is refused with 413 before it is read. */
export const maxBodyBytes = 52 * 1024 * 1024

/** The documents do not say which unit counts; UTF-16 is the stricter reading. */
type LengthUnit = Switches["lengthUnit"]

const lengthOf = (text: string, unit: LengthUnit) => (unit === "utf16" ? text.length : [...text].length)

const fine: Judged<void> = Either.right(undefined)

export const checkText = (text: string, unit: LengthUnit, by: "send" | "edit"): Judged<void> => {
  if (lengthOf(text, unit) <= maxText) return fine
  return badRequest(by === "send" ? "message is too long" : "MESSAGE_TOO_LONG")
}

export const checkCaption = (caption: string, unit: LengthUnit, by: "send" | "edit"): Judged<void> => {
  if (lengthOf(caption, unit) <= maxCaption) return fine
  return badRequest(by === "send" ? "message caption is too long" : "MEDIA_CAPTION_TOO_LONG")
}

/** One item is accepted, as the server does. */
export const checkAlbum = (items: number): Judged<void> => {
  if (items === 0) return badRequest("there are no messages to send")
  return items > maxAlbum ? badRequest("too many messages to send as an album") : fine
}

/** Or why it is refused. */
export const checkPhotoSize = (bytes: number): Either.Either<void, string> =>
  bytes > maxPhotoBytes
    ? Either.left(
        `file of size ${bytes} bytes is too big for a photo; the maximum size is ${maxPhotoBytes} bytes`
      )
    : Either.right(undefined)

/** Or why it is refused. */
export const checkPhotoSides = ({
  width,
  height
}: Pick<ImageHeader, "width" | "height">): Either.Either<void, string> => {
  const long = Math.max(width, height)
  const short = Math.min(width, height)
  const fits = short > 0 && width + height <= maxPhotoSides && long / short <= maxPhotoRatio
  return fits ? Either.right(undefined) : Either.left("PHOTO_INVALID_DIMENSIONS")
}

// From what a call says about a photo or document — an upload, a file id, an address — to a stored medium, or the exact refusal (E11).
// Addresses are answered from `State.webPhotos`: nothing is ever fetched from the network.
// @source reference/telegram-bot-api.md §2 (photo upload, photo by URL, URL failures)
import { Either } from "effect"
import { digest } from "./Chance.ts"
import { badRequest, type Judged, type Refusal, rewritten } from "./Errors.ts"
import { originalOf, readFileId } from "./FileIds.ts"
import { imageHeader } from "./ImageHeader.ts"
import { checkPhotoSides, checkPhotoSize } from "./Limits.ts"
import type { StoredMedia } from "./Messages.ts"
import type { Call, Upload } from "./methods/Method.ts"
import type { State } from "./State.ts"

/** How failures of Telegram's own fetcher are told, outside of albums. */
const fetchFailures: Readonly<Record<string, string>> = {
  MEDIA_EMPTY: "wrong file identifier/HTTP URL specified",
  WEBPAGE_CURL_FAILED: "failed to get HTTP URL content",
  WEBPAGE_MEDIA_EMPTY: "wrong type of the web page content",
  EXTERNAL_URL_INVALID: "wrong HTTP URL specified"
}

const maxWebPhotoBytes = 5 * 1024 * 1024

/** A medium that is judged but not kept yet; `keep` puts its bytes into the state. */
export interface JudgedMedia {
  readonly media: StoredMedia
  readonly bytes: Uint8Array
}

const unique = (bytes: Uint8Array) => `AQ${digest(bytes).slice(0, 20)}`

/** A picture as Telegram takes it in. */
export const photoFrom = ({ bytes, fileName }: Upload): Judged<JudgedMedia> =>
  Either.gen(function* () {
    yield* checkPhotoSize(bytes.length)
    if (bytes.length === 0) return yield* badRequest("file must be non-empty")
    const header = imageHeader(bytes)
    if (header === undefined) return yield* badRequest("IMAGE_PROCESS_FAILED")
    yield* checkPhotoSides(header)
    const { mime, width, height } = header
    const media = { unique: unique(bytes), mime, bytes: bytes.length, width, height, name: fileName }
    return { media, bytes }
  })

export const documentFrom = ({ bytes, fileName }: Upload): Judged<JudgedMedia> => {
  if (bytes.length === 0) return badRequest("file must be non-empty")
  const mime = imageHeader(bytes)?.mime ?? "application/octet-stream"
  const media = { unique: unique(bytes), mime, bytes: bytes.length, width: 0, height: 0, name: fileName }
  return Either.right({ media, bytes })
}

const fromAddress = (state: State, address: string, raw: boolean): Judged<Upload> => {
  const photo = state.webPhotos.get(address) ?? { failure: "WEBPAGE_CURL_FAILED" }
  const failed = (constant: string) => badRequest(raw ? constant : (fetchFailures[constant] ?? constant))
  if ("failure" in photo) return failed(photo.failure)
  if (photo.bytes.length > maxWebPhotoBytes || imageHeader(photo.bytes) === undefined) {
    return failed("WEBPAGE_MEDIA_EMPTY")
  }
  return Either.right({ fileName: "photo.jpg", bytes: photo.bytes })
}

const fromFileId = (state: State, call: Call, id: string): Judged<Upload> => {
  const file = readFileId(id)
  if (file === undefined) {
    return badRequest("wrong remote file identifier specified: can't unserialize it. Wrong last symbol")
  }
  const bytes = state.files.get(originalOf(file.unique))
  return file.botId !== call.bot.id || bytes === undefined
    ? badRequest("wrong file identifier/HTTP URL specified")
    : Either.right({ fileName: "photo.jpg", bytes })
}

/** The bytes behind a field: `attach://part`, an address, a file id, or the part of that name itself. */
export const uploadOf = (
  state: State,
  call: Call,
  field: string,
  value: string,
  /** Failures of addresses as bare constants, as albums tell them. */
  raw = false
): Judged<Upload> => {
  const part = value.startsWith("attach://")
    ? value.slice("attach://".length)
    : value === ""
      ? field
      : undefined
  if (part !== undefined) {
    const upload = call.files[part]
    return upload === undefined ? badRequest(`there is no ${field} in the request`) : Either.right(upload)
  }
  return /^https?:\/\//i.test(value) ? fromAddress(state, value, raw) : fromFileId(state, call, value)
}

/** From here on the bytes can be downloaded and shown. */
export const keep = (state: State, { media, bytes }: JudgedMedia): StoredMedia => {
  state.files.set(media.unique, bytes)
  return media
}

/** How long Telegram's fetcher takes for the addresses in a call, in milliseconds. */
export const fetchDelay = (state: State, params: Call["params"]): number =>
  Math.max(
    0,
    ...[...state.webPhotos].map(([address, { delayMs }]) =>
      delayMs !== undefined && JSON.stringify(params).includes(JSON.stringify(address)) ? delayMs : 0
    )
  )

/** A refusal inside an album: which item, and the inner text as it is. */
export const albumRefusal = (index: number, refusal: Refusal): Refusal =>
  rewritten(
    400,
    `failed to send message #${index + 1} with the error message "${refusal.description.replace(/^Bad Request: /, "")}"`
  )

// From what a call says about a photo or document — an upload, a file id, an address — to a stored medium, or the exact refusal (E11).
// What Telegram's own servers refuse is told apart from what the Bot API server refuses at once: albums wrap only the former.
// @source reference/telegram-bot-api.md §2 (photo upload, photo by URL, URL failures, file-id failures)
import { Either } from "effect"
import { digest } from "./Chance.ts"
import { type Refusal, rewritten } from "./Errors.ts"
import { type FileKind, originalOf, readFileId } from "./FileIds.ts"
import { imageHeader } from "./ImageHeader.ts"
import { checkPhotoSides, checkPhotoSize } from "./Limits.ts"
import type { StoredMedia } from "./Messages.ts"
import type { Call, Upload } from "./methods/Method.ts"
import type { State } from "./State.ts"
import { checkedLink } from "./text/Links.ts"
import { bytesAt } from "./WebFetches.ts"

/** A medium that is judged but not kept yet; `keep` puts its bytes into the state. */
export interface JudgedMedia {
  readonly media: StoredMedia
  readonly bytes: Uint8Array
}

/** Why a medium was not taken. */
export interface MediaRefusal {
  /** The Bot API server itself, or Telegram behind it. */
  readonly by: "botApi" | "telegram"
  readonly text: string
}

type MediaStep<A> = Either.Either<A, MediaRefusal>

const byBotApi = (text: string): MediaRefusal => ({ by: "botApi", text })
const byTelegram = (text: string): MediaRefusal => ({ by: "telegram", text })
const atOnce = (text: string): MediaStep<never> => Either.left(byBotApi(text))
const behind = (text: string): MediaStep<never> => Either.left(byTelegram(text))

/** How constants of Telegram's servers are told by the Bot API server, outside of albums. */
const told: Readonly<Record<string, string>> = {
  WEBPAGE_CURL_FAILED: "failed to get HTTP URL content",
  WEBPAGE_MEDIA_EMPTY: "wrong type of the web page content",
  EXTERNAL_URL_INVALID: "wrong HTTP URL specified"
}
/** This one is translated already where albums are told of it. */
const toldEverywhere: Readonly<Record<string, string>> = {
  MEDIA_EMPTY: "Wrong file identifier/HTTP URL specified"
}

const typeNames: Readonly<Record<FileKind, string>> = { photo: "Photo", document: "Document" }

const unique = (bytes: Uint8Array) => `AQ${digest(bytes).slice(0, 20)}`

const photoFrom = ({ bytes, fileName }: Upload): MediaStep<JudgedMedia> =>
  Either.gen(function* () {
    yield* Either.mapLeft(checkPhotoSize(bytes.length), byBotApi)
    const header = imageHeader(bytes)
    if (header === undefined) return yield* behind("IMAGE_PROCESS_FAILED")
    yield* Either.mapLeft(checkPhotoSides(header), byTelegram)
    const { mime, width, height } = header
    const media = { unique: unique(bytes), mime, bytes: bytes.length, width, height, name: fileName }
    return { media, bytes }
  })

const documentFrom = ({ bytes, fileName }: Upload): MediaStep<JudgedMedia> => {
  const mime = imageHeader(bytes)?.mime ?? "application/octet-stream"
  const media = { unique: unique(bytes), mime, bytes: bytes.length, width: 0, height: 0, name: fileName }
  return Either.right({ media, bytes })
}

const lastSegment = (address: string) => /([^/?#]+)(?:[?#].*)?$/.exec(address)?.[1] ?? "file"

const fromAddress = (state: State, kind: FileKind, address: string): MediaStep<Upload> =>
  Either.gen(function* () {
    yield* Either.mapLeft(checkedLink(address), (why) => byBotApi(`invalid file HTTP URL specified: ${why}`))
    const bytes = yield* Either.mapLeft(bytesAt(state, address, kind), byTelegram)
    return { fileName: kind === "photo" ? "photo.jpg" : lastSegment(address), bytes }
  })

const fromFileId = (state: State, call: Call, kind: FileKind, id: string): MediaStep<Upload> => {
  const file = readFileId(id)
  if (file === undefined) {
    return atOnce("wrong remote file identifier specified: can't unserialize it. Wrong last symbol")
  }
  if (file.kind !== kind) {
    return atOnce(`can't use file of type ${typeNames[file.kind]} as ${typeNames[kind]}`)
  }
  const bytes = state.files.get(originalOf(file.unique))
  return file.botId !== call.bot.id || bytes === undefined
    ? behind("MEDIA_EMPTY")
    : Either.right({ fileName: kind === "photo" ? "photo.jpg" : "file", bytes })
}

/** The bytes behind a field: `attach://part`, an address, a file id, or the part of that name itself; undefined when there is none. */
const uploadOf = (state: State, call: Call, kind: FileKind, value: string): MediaStep<Upload | undefined> => {
  const attached = /^attach:\/\/(.*)$/s.exec(value)?.[1]
  if (attached !== undefined || value === "") return Either.right(call.files[attached ?? kind])
  return /^https?:\/\//i.test(value) ? fromAddress(state, kind, value) : fromFileId(state, call, kind, value)
}

/** The medium that a field of a call means; `missing` is what is said when there is none. */
export const mediaOf = (
  state: State,
  call: Call,
  kind: FileKind,
  value: string,
  missing: string
): MediaStep<JudgedMedia> =>
  Either.gen(function* () {
    const upload = yield* uploadOf(state, call, kind, value)
    if (upload === undefined) return yield* atOnce(missing)
    if (upload.bytes.length === 0) return yield* atOnce("file must be non-empty")
    return yield* kind === "photo" ? photoFrom(upload) : documentFrom(upload)
  })

/** From here on the bytes can be downloaded and shown. */
export const keep = (state: State, { media, bytes }: JudgedMedia): StoredMedia => {
  state.files.set(media.unique, bytes)
  return media
}

/** A refusal of a medium that stands alone. */
export const mediaRefusal = ({ text }: MediaRefusal): Refusal =>
  rewritten(400, told[text] ?? toldEverywhere[text] ?? text)

/** A refusal inside an album: which item, and Telegram's text as it is. */
export const albumRefusal = (index: number, { by, text }: MediaRefusal): Refusal =>
  by === "botApi" ? rewritten(400, text) : failedItem(index, toldEverywhere[text] ?? text)

export const failedItem = (index: number, inner: string): Refusal =>
  rewritten(400, `failed to send message #${index + 1} with the error message "${inner}"`)

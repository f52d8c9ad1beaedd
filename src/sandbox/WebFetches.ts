// What Telegram's own fetcher finds at the addresses of pictures (E11): a table that the test sets, and the memory that Telegram has of each
// address, failures included. Nothing is ever fetched from the network.
// @source reference/telegram-bot-api.md §2 "photo by URL" (cached a few days, including failures)
import { Either, Schema } from "effect"
import { imageHeader } from "./ImageHeader.ts"
import { asRecord, listOf, type Params, recordOf, textOf } from "./methods/Params.ts"
import type { State } from "./State.ts"

/** What stands at an address. Addresses that are not in the table cannot be reached. */
export const WebPhoto = Schema.Struct({
  what: Schema.Union(
    Schema.Struct({ base64: Schema.String }),
    /** A constant of the server, such as WEBPAGE_CURL_FAILED. */
    Schema.Struct({ failure: Schema.String })
  ),
  delayMs: Schema.Number
})
export type WebPhoto = typeof WebPhoto.Type

/** What Telegram remembers of an address. */
export const CachedFetch = Schema.Struct({ found: WebPhoto, until: Schema.Number })
export type CachedFetch = typeof CachedFetch.Type

const cacheMs = 3 * 24 * 60 * 60 * 1000
const unreachable: WebPhoto = { what: { failure: "WEBPAGE_CURL_FAILED" }, delayMs: 0 }
const maxPhotoBytes = 5 * 1024 * 1024
const maxDocumentBytes = 20 * 1024 * 1024
const documentStarts = ["%PDF", "PK\u0003\u0004", "GIF8"]

const isAddress = (value: string) => /^https?:\/\//i.test(value)

const addressesIn = (params: Params): ReadonlyArray<string> => {
  const media = listOf(params, "media") ?? [recordOf(params, "media")]
  const items = media.map((item) => textOf(asRecord(item), "media"))
  return [textOf(params, "photo"), textOf(params, "document"), ...items].filter(isAddress)
}

const remembered = (state: State, address: string, now: number): WebPhoto | undefined => {
  const cached = state.fetched.get(address)
  return cached !== undefined && now < cached.until ? cached.found : undefined
}

/** How long the fetcher takes for the addresses in a call that it does not remember, in milliseconds. */
export const fetchDelay = (state: State, params: Params, now: number): number =>
  Math.max(
    0,
    ...addressesIn(params).map((address) =>
      remembered(state, address, now) === undefined ? (state.webPhotos.get(address)?.delayMs ?? 0) : 0
    )
  )

/** Fetches what the call names; the outcome holds for days, whatever becomes of the address. */
export const fetchAll = (state: State, params: Params, now: number): void => {
  for (const address of addressesIn(params)) {
    if (remembered(state, address, now) !== undefined) continue
    state.fetched.set(address, { found: state.webPhotos.get(address) ?? unreachable, until: now + cacheMs })
  }
}

const suits = (kind: "photo" | "document", bytes: Uint8Array): boolean =>
  kind === "photo"
    ? bytes.length <= maxPhotoBytes && imageHeader(bytes) !== undefined
    : bytes.length <= maxDocumentBytes &&
      documentStarts.includes(Buffer.from(bytes.subarray(0, 4)).toString("latin1"))

/** The bytes at an address that was fetched, or the server's constant for why there are none. */
export const bytesAt = (
  state: State,
  address: string,
  kind: "photo" | "document"
): Either.Either<Uint8Array, string> => {
  const { what } = state.fetched.get(address)?.found ?? state.webPhotos.get(address) ?? unreachable
  if ("failure" in what) return Either.left(what.failure)
  const bytes = new Uint8Array(Buffer.from(what.base64, "base64"))
  return suits(kind, bytes) ? Either.right(bytes) : Either.left("WEBPAGE_MEDIA_EMPTY")
}

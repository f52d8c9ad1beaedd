// What a request carries, and what is remembered of its answer: identification, credentials, validators. Pure. Promises: validators are sent
// exactly as they were received, only to the server that made them, and not at all once the last whole body is 24 h old (some servers
// answer 304 for ever after a move).
// @source RFC 9110 §13.1 (conditional requests), read 2026-11-24.
import { createHash } from "node:crypto"
import type { Millis } from "../domain/Names.ts"
import type { Cursor } from "../outbox/Intake.ts"
import { acceptedEncodings } from "./Encoding.ts"
import { type Answer, sameServer } from "./Exchange.ts"

type Headers = Readonly<Record<string, string>>

/** The longest time without a whole body, ms. */
export const wholeEveryMs = 86_400_000

/** Feeds first, then pages and anything: a server that offers several forms should choose the feed. */
export const acceptFeeds =
  "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, " +
  "application/json;q=0.8, text/html;q=0.5, */*;q=0.3"

/** Headers for every host. */
export const common = (userAgent: string, accept: string): Headers => ({
  "user-agent": userAgent,
  accept,
  "accept-encoding": acceptedEncodings
})

const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part)
  } catch {
    // A lone "%" is a legal password.
    return part
  }
}

/** Takes the credentials and the fragment out of a URL; the credentials come back as a header. */
export const withoutCredentials = (url: URL): { readonly url: URL; readonly own: Headers } => {
  if (url.username === "" && url.password === "" && url.hash === "") return { url, own: {} }
  const bare = new URL(url)
  bare.username = bare.password = bare.hash = ""
  if (url.username === "" && url.password === "") return { url: bare, own: {} }
  const pair = Buffer.from(`${decoded(url.username)}:${decoded(url.password)}`).toString("base64")
  return { url: bare, own: { authorization: `Basic ${pair}` } }
}

/** What a cursor is for: the source's own URL, and how it reads what is there. The hash tells them apart, and nothing secret in them. */
export interface Asked {
  readonly url: URL
  readonly hash: string
}

/** `reading`: how what is there is read. */
export const askedFor = (url: URL, reading = ""): Asked => ({
  url,
  hash: createHash("sha256").update(`${url.href}${reading}`).digest("hex").slice(0, 32)
})

/** What of a cursor holds for the source's own URL: nothing when it is of another one, or what is there was read otherwise. */
export const cursorFor = ({ hash }: Asked, cursor: Cursor): Cursor =>
  cursor.urlHash === undefined || cursor.urlHash === hash ? cursor : {}

/** The validators to send at `now`. */
export const validators = (cursor: Cursor, now: Millis): Headers =>
  cursor.fetchedAt === undefined || now - cursor.fetchedAt >= wholeEveryMs
    ? {}
    : {
        ...(cursor.etag === undefined ? {} : { "if-none-match": cursor.etag }),
        ...(cursor.lastModified === undefined ? {} : { "if-modified-since": cursor.lastModified })
      }

/** A header that cannot be sent back as it came would make every later request fail. */
const sendable = (value: string | undefined): value is string =>
  value !== undefined && /^[\x20-\x7e]+$/.test(value)

/** What to remember of a whole body. */
export const cursorOf = (
  asked: Asked,
  answer: Pick<Answer, "url" | "headers">,
  bodyHash: string,
  now: Millis
): Cursor => {
  const { etag, "last-modified": lastModified } = answer.headers
  const own = sameServer(asked.url, answer.url)
  return {
    ...(own && sendable(etag) ? { etag } : {}),
    ...(own && sendable(lastModified) ? { lastModified } : {}),
    urlHash: asked.hash,
    bodyHash,
    fetchedAt: now
  }
}

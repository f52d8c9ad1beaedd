// How a fetch can fail: one class per reaction of the caller. `url` is always the shown form (no credentials, no query), and the platform's
// own errors are never carried along, because they hold the request with its headers.
import { Schema } from "effect"

/** Nobody's fault for long: back off and try again, not before `retryAfterMs` if the server said so. */
export class FetchFailed extends Schema.TaggedError<FetchFailed>("oncecast/sources/FetchFailed")(
  "FetchFailed",
  {
    url: Schema.String,
    reason: Schema.Literal(
      "unreachable",
      "timeout",
      "server",
      "busy",
      "redirects",
      "truncated",
      "garbled",
      "status",
      /** Our own: the body could not be kept. */
      "disk"
    ),
    /** One clause that follows the URL: "answered 503", "did not answer within 15 s". */
    detail: Schema.String,
    retryAfterMs: Schema.optionalWith(Schema.Number, { exact: true })
  }
) {
  override get message(): string {
    return `${this.url} ${this.detail}.`
  }
}

/** 404 or 410: a single 404 may pass, a repeated one and any 410 mean that the source is no more. */
export class FetchGone extends Schema.TaggedError<FetchGone>("oncecast/sources/FetchGone")("FetchGone", {
  url: Schema.String,
  status: Schema.Literal(404, 410)
}) {
  override get message(): string {
    return this.status === 410
      ? `${this.url} is gone for good (410): correct or remove the source.`
      : `${this.url} was not found (404): correct the URL if this lasts.`
  }
}

/** The server does not want us: a person must look; asking again soon only makes it worse. */
export class FetchRefused extends Schema.TaggedError<FetchRefused>("oncecast/sources/FetchRefused")(
  "FetchRefused",
  {
    url: Schema.String,
    /** One clause that follows the URL: "refuses us (403)", "answers with a bot check (Cloudflare)". */
    detail: Schema.String,
    /** The answer is a page that wants to see a browser or a person. */
    challenge: Schema.Boolean
  }
) {
  override get message(): string {
    const advice = this.challenge
      ? "ask the site for access or another address"
      : "check the URL and its credentials"
    return `${this.url} ${this.detail}: ${advice}.`
  }
}

/** The decoded body is larger than the source may be; it was cut off while it came in. */
export class TooLarge extends Schema.TaggedError<TooLarge>("oncecast/sources/TooLarge")("TooLarge", {
  url: Schema.String,
  maxBytes: Schema.Number
}) {
  override get message(): string {
    return `${this.url} is larger than ${this.maxBytes} bytes: raise maxBytes of the source if that is right.`
  }
}

/** The address may not be fetched: not http(s), or not public. */
export class AddressRefused extends Schema.TaggedError<AddressRefused>("oncecast/sources/AddressRefused")(
  "AddressRefused",
  {
    url: Schema.String,
    /** One clause that follows the URL. */
    detail: Schema.String,
    /** Whether `allowPrivate: true` would let it pass. */
    private: Schema.Boolean
  }
) {
  override get message(): string {
    const advice = this.private ? "; set allowPrivate: true for the source if that is meant" : ""
    return `${this.url} ${this.detail}${advice}.`
  }
}

export type FetchError = FetchFailed | FetchGone | FetchRefused | TooLarge | AddressRefused

const classes = [FetchFailed, FetchGone, FetchRefused, TooLarge, AddressRefused]

/** Tells a failed fetch from a bug. */
export const isFetchError = (cause: unknown): cause is FetchError =>
  classes.some((one) => cause instanceof one)

// What a failed call proves. Enters: what was observed. Leaves: the one error of the contract that says what is known about the post.
// Total and pure. Texts are matched as lower-cased substrings, for Telegram changes its wording; what nobody has seen before falls into
// the default of its kind. The rule behind every doubt: "not sent" needs proof; without proof a send is unknown.
import {
  type TelegramError,
  TelegramFlood,
  TelegramRefused,
  TelegramUnknown,
  TelegramUnreachable
} from "./Telegram.ts"

/** What was seen of a call that did not succeed. Texts hold no secret. */
export type Observation =
  /** The Bot API itself said no. `retryAfterSeconds`: its `parameters.retry_after`. */
  | {
      readonly _tag: "Answered"
      readonly code: number
      readonly description: string
      readonly retryAfterSeconds?: number
      /** The token was good when the call began. */
      readonly knownToken?: boolean
    }
  /** A whole answer that is not the Bot API's: a proxy's error page, an empty body. */
  | { readonly _tag: "Foreign"; readonly status: number; readonly excerpt: string }
  /** No whole answer. `complete`: every byte of the request was handed over. */
  | { readonly _tag: "Broken"; readonly complete: boolean; readonly detail: string }
  /** Said yes, but without what a yes must hold; or failed in a way that shows nothing. */
  | { readonly _tag: "Unclear"; readonly detail: string }

/** `send`: makes a new post each time it is carried out. `repeatable`: done twice is done once. */
export type MethodClass = "send" | "repeatable"

type Blame = TelegramRefused["blame"]

/** @source reference/telegram-bot-api.md §2 and §4 (2026-11): Bot API 10.0 and TDLib sources; first match wins */
const blameByText: ReadonlyArray<readonly [Blame, ReadonlyArray<string>]> = [
  [
    "gone",
    [
      "message to edit not found",
      "message to delete not found",
      "message to forward not found",
      "message to copy not found",
      "message to react not found",
      "message to pin not found",
      "message to be replied not found",
      "message not found",
      "message_id_invalid"
    ]
  ],
  [
    "post",
    [
      "can't parse",
      "unsupported parse_mode",
      "is too long",
      "_too_long",
      "must be non-empty",
      "text is empty",
      "button_data_invalid",
      "button_url_invalid",
      "inline keyboard button",
      "button in a channel chat",
      "must be encoded in utf-8",
      "too many messages to send as an album",
      "there are no messages to send",
      "message can't be edited",
      "message media can't be edited",
      "in the message to edit",
      "can't change media type",
      "message can't be deleted"
    ]
  ],
  [
    "media",
    [
      "wrong file identifier",
      "wrong remote file identifier",
      "failed to get http url content",
      "wrong type of the web page content",
      "http url specified",
      "can't upload file by url",
      "can't use file of type",
      "has unsupported extension",
      "image_process_failed",
      "photo_",
      "media_empty",
      "webpage_",
      "external_url_invalid",
      "request entity too large"
    ]
  ],
  [
    "channel",
    [
      "chat not found",
      "chat_id is empty",
      "need administrator rights",
      "have no write access",
      "not enough rights",
      "chat_write_forbidden",
      "chat_admin_required",
      "bot is not a member",
      "was kicked from",
      "was blocked by the user",
      "user is deactivated",
      "can't initiate conversation",
      "upgraded to a supergroup"
    ]
  ]
]

const blameByCode: ReadonlyMap<number, Blame> = new Map([
  [401, "configuration"],
  [403, "channel"],
  [404, "configuration"],
  [407, "configuration"],
  [409, "configuration"],
  [413, "media"],
  [421, "configuration"]
])

/** Of a 429 that names no time. Bot API's own shutdown says 5 s, its overload 60 s; flood control usually 1 to 60. */
const defaultFloodSeconds = 30

/** Of more there is no date: pages that name it would fail. */
const longestFloodSeconds = 1e12

/** What is known about the post after this. */
export const verdict = (method: string, kind: MethodClass, seen: Observation): TelegramError => {
  switch (seen._tag) {
    case "Answered":
      return answered(method, kind, seen)
    case "Foreign":
      return foreign(method, kind, seen)
    case "Broken":
      return seen.complete
        ? doubt(method, kind, `the connection ended before the answer: ${seen.detail}`)
        : new TelegramUnreachable({ method, detail: seen.detail })
    case "Unclear":
      return doubt(method, kind, seen.detail)
  }
}

/** A send is in doubt; anything else is repeated like a call that never arrived. */
const doubt = (method: string, kind: MethodClass, detail: string): TelegramError =>
  kind === "send" ? new TelegramUnknown({ method, detail }) : new TelegramUnreachable({ method, detail })

const answered = (
  method: string,
  kind: MethodClass,
  seen: Extract<Observation, { readonly _tag: "Answered" }>
): TelegramError => {
  const { code, description } = seen
  const refused = (blame: Blame) => new TelegramRefused({ method, blame, code, description })
  const text = description.toLowerCase()
  if (code === 429) {
    const asked = seen.retryAfterSeconds ?? waitNamedIn(text)
    return new TelegramFlood({ method, retryAfterSeconds: Math.min(asked, longestFloodSeconds) })
  }
  // 5xx: a restart answers what is in flight, and "immediately deleted" even means that it was sent (§4).
  if (code < 400 || code >= 500) return doubt(method, kind, `${description} (${code})`)
  if (isAlbumFailure(text)) {
    // Items before the failed one may stand already, unless the reason stops an album before its first item.
    const blame = blameOf(innerError(text))
    return blame === undefined ? doubt(method, kind, description) : refused(blame)
  }
  if (text.includes("message was not sent")) return doubt(method, kind, description)
  // What is in flight when the bot is logged out, or its token revoked, is answered so, carried out or not (§4; get_closing_error).
  if (seen.knownToken === true && isOfToken(seen)) return doubt(method, kind, `${description} (${code})`)
  return refused(blameOf(text) ?? blameByCode.get(code) ?? "unclear")
}

/**
 * Only a client error proves that nothing was carried out, and of those not 408 and 429: a proxy may say either after it has passed the
 * request on. So a 429 without JSON freezes rather than waits: it names no time, and a wrong guess would post twice.
 * @source reference/telegram-bot-api.md §4 (413, 502, 504) and §5.1 (HTML 429 is unknown)
 */
const foreign = (
  method: string,
  kind: MethodClass,
  { status, excerpt }: Extract<Observation, { readonly _tag: "Foreign" }>
): TelegramError => {
  const description = `not the Bot API answered, with status ${status}: ${excerpt || "nothing"}`
  const proof = status >= 300 && status < 500 && status !== 408 && status !== 429
  if (!proof) return doubt(method, kind, description)
  const blame = blameByCode.get(status)
  return new TelegramRefused({
    method,
    blame: blame === "media" ? blame : "configuration",
    code: status,
    description
  })
}

/** The bot is logged out, or its token is wrong. */
export const isOfToken = ({ code, description }: { readonly code: number; readonly description: string }) =>
  code === 401 || (code === 400 && description.toLowerCase().includes("logged out"))

const blameOf = (text: string): Blame | undefined =>
  blameByText.find(([, texts]) => texts.some((known) => text.includes(known)))?.[0]

const isAlbumFailure = (text: string) =>
  text.includes("failed to send message #") || text.includes("group send failed")

const innerError = (text: string): string => /with the error message "([^"]*)"/.exec(text)?.[1] ?? ""

const waitNamedIn = (text: string): number => {
  const named = Number(/retry after (\d{1,9})/.exec(text)?.[1] ?? 0)
  return named > 0 ? named : defaultFloodSeconds
}

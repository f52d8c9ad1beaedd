// One row for every row of reference/telegram-bot-api.md §4 (error catalogue) and §5.1 (what leaves "sent?" unknown), each citing it.
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { type MethodClass, type Observation, verdict } from "../../src/telegram/Verdict.ts"

/** What the verdict says, in one word: `post`, `media`, `channel`, `configuration`, `unclear` are refusals. */
const wordOf = (seen: Observation, kind: MethodClass = "send"): string => {
  const error = verdict("sendPhoto", kind, seen)
  switch (error._tag) {
    case "TelegramRefused":
      return error.blame
    case "TelegramFlood":
      return `wait ${error.retryAfterSeconds}`
    case "TelegramUnreachable":
      return "not sent"
    case "TelegramUnknown":
      return "unknown"
  }
}

const answered = (code: number, description: string, retryAfterSeconds?: number): Observation => ({
  _tag: "Answered",
  code,
  description,
  ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds })
})

const album = (inner: string) => `Bad Request: failed to send message #2 with the error message "${inner}"`

type Row = readonly [cite: string, code: number, description: string, expected: string]

const catalogue: ReadonlyArray<Row> = [
  // Row 1: permanent for this post.
  ["§4 r1", 400, "Bad Request: can't parse entities: Unclosed start tag at byte offset 3", "post"],
  ["§4 r1", 400, "Bad Request: message is too long", "post"],
  ["§4 r1", 400, "Bad Request: message caption is too long", "post"],
  ["§4 r1", 400, "Bad Request: text must be non-empty", "post"],
  ["§4 r1", 400, "Bad Request: message text is empty", "post"],
  ["§4 r1", 400, "Bad Request: BUTTON_DATA_INVALID", "post"],
  ["§4 r1", 400, "Bad Request: BUTTON_URL_INVALID", "post"],
  ["§4 r1", 400, "Bad Request: inline keyboard button URL 'x' is invalid: Wrong HTTP URL", "post"],
  ["§4 r1", 400, "Bad Request: reply markup is too long", "post"],
  ["§4 r1", 400, "Bad Request: can't parse inline keyboard button JSON object", "post"],
  ["§2", 400, "Bad Request: text is too long", "post"],
  ["§2", 400, "Bad Request: MESSAGE_TOO_LONG", "post"],
  ["§2", 400, "Bad Request: MEDIA_CAPTION_TOO_LONG", "post"],
  ["§2", 400, "Bad Request: ENTITIES_TOO_LONG", "post"],
  ["§2", 400, "Bad Request: can't use switch_inline_query_current_chat button in a channel chat x", "post"],
  ["§2", 400, "Bad Request: too many messages to send as an album", "post"],
  ["§2", 400, "Bad Request: there are no messages to send", "post"],
  ["§3", 400, "Bad Request: unsupported parse_mode", "post"],
  ["§3", 400, "Bad Request: text must be encoded in UTF-8", "post"],
  ["§3", 400, "Bad Request: strings must be encoded in UTF-8", "post"],
  // Row 2: the photo.
  ["§4 r2, §2", 400, "Bad Request: wrong file identifier/HTTP URL specified", "media"],
  ["§4 r2, §2", 400, "Bad Request: failed to get HTTP URL content", "media"],
  ["§4 r2, §2", 400, "Bad Request: wrong type of the web page content", "media"],
  ["§4 r2, §2", 400, "Bad Request: wrong HTTP URL specified", "media"],
  ["§4 r2, §2", 400, "Bad Request: invalid file HTTP URL specified: Wrong port", "media"],
  ["§4 r2, §2", 400, "Bad Request: can't upload file by URL", "media"],
  ["§4 r2, §2", 400, "Bad Request: PHOTO_INVALID_DIMENSIONS", "media"],
  ["§4 r2, §2", 400, "Bad Request: IMAGE_PROCESS_FAILED", "media"],
  ["§4 r2, §2", 400, "Bad Request: PHOTO_SAVE_FILE_INVALID", "media"],
  ["§4 r2, §2", 400, "Bad Request: photo has unsupported extension. Use one of .jpg", "media"],
  ["§4 r2, §2", 400, "Bad Request: wrong remote file identifier specified: wrong padding", "media"],
  ["§4 r2, §2", 400, "Bad Request: can't use file of type Sticker as Photo", "media"],
  // Row 3: albums, by the inner text.
  ["§4 r3", 400, album("WEBPAGE_MEDIA_EMPTY"), "media"],
  ["§4 r3", 400, album("PHOTO_INVALID_DIMENSIONS"), "media"],
  ["§4 r3", 400, album("Message was not sent"), "unknown"],
  ["§4 r3, §1.3", 400, album("Too Many Requests: retry after 8"), "unknown"],
  ["§4 r3", 400, album("SOMETHING_NEW"), "unknown"],
  ["§4 r3", 400, album("Bad Request: chat not found"), "channel"],
  ["§4 r3", 400, "Bad Request: group send failed", "unknown"],
  ["§4 r4", 400, "Bad Request: message was not sent", "unknown"],
  // Rows 5 to 8: the chat.
  ["§4 r5", 400, "Bad Request: chat not found", "channel"],
  ["§4 r5", 400, "Bad Request: chat_id is empty", "channel"],
  ["§4 r6", 400, "Bad Request: need administrator rights in the channel chat", "channel"],
  ["§4 r6", 400, "Bad Request: have no write access to the chat", "channel"],
  ["§4 r6", 400, "Bad Request: not enough rights to send text messages to the chat", "channel"],
  ["§4 r6", 400, "Bad Request: CHAT_WRITE_FORBIDDEN", "channel"],
  ["§4 r6", 400, "Bad Request: CHAT_ADMIN_REQUIRED", "channel"],
  ["§4 r6", 400, "Bad Request: not enough rights to manage pinned messages in the chat", "channel"],
  ["§4 r7", 403, "Forbidden: bot is not a member of the channel chat", "channel"],
  ["§4 r7", 403, "Forbidden: bot was kicked from the channel chat", "channel"],
  ["§4 r7", 403, "Forbidden: bot was kicked from the supergroup chat", "channel"],
  ["§4 r7", 403, "Forbidden: something new", "channel"],
  ["§4 r8", 403, "Forbidden: bot was blocked by the user", "channel"],
  ["§4 r8", 403, "Forbidden: user is deactivated", "channel"],
  ["§4 r8", 403, "Forbidden: bot can't initiate conversation with a user", "channel"],
  ["§4 r9", 400, "Bad Request: group chat was upgraded to a supergroup chat; its id is now -1001", "channel"],
  // Rows 10 to 13: token, method, second instance, filter.
  ["§4 r10", 401, "Unauthorized", "configuration"],
  ["§4 r10", 401, "Unauthorized: invalid token specified", "configuration"],
  ["§4 r11", 404, "Not Found", "configuration"],
  ["§4 r11", 404, "Not Found: method not found", "configuration"],
  ["§4 r12", 409, "Conflict: terminated by other getUpdates request", "configuration"],
  ["§4 r12", 409, "Conflict: terminated by setWebhook request", "configuration"],
  ["§4 r12", 409, "Conflict: can't use getUpdates method while webhook is active", "configuration"],
  ["§4 r13", 421, "Misdirected Request: unallowed token specified", "configuration"],
  ["§4 r14", 429, "Too Many Requests: retry after 17", "wait 17"],
  ["§1.3 (albums keep 429)", 429, album("Too Many Requests: retry after 8"), "wait 8"],
  ["§1.3 (without a time)", 429, "Too Many Requests", "wait 30"],
  // Row 15: 500, and row 16: 502, 504, 413.
  ["§4 r15", 500, "Internal Server Error: restart", "unknown"],
  ["§4 r15", 500, "Internal Server Error: Request aborted", "unknown"],
  ["§4 r15", 500, "sent message was immediately deleted and can't be returned", "unknown"],
  ["§4 r15", 500, "Internal Server Error: chat not found", "unknown"],
  ["§4 r16", 502, "Bad Gateway", "unknown"],
  ["§4 r16", 504, "Gateway Timeout", "unknown"],
  ["§4 r15", 500, "Internal Server Error", "unknown"],
  ["§4 r16, §5.1 r1", 413, "Request Entity Too Large", "media"],
  // Rows 18 to 27 concern edits, deletions, pins and forwards: permanent ones are the post's, a message that is not there is gone.
  ["§4 r18", 400, "Bad Request: message is not modified: specified new message content…", "unclear"],
  ["§4 r19", 400, "Bad Request: message to edit not found", "gone"],
  ["§4 r19", 400, "Bad Request: MESSAGE_ID_INVALID", "gone"],
  ["§4 r19", 400, "Bad Request: message not found", "gone"],
  ["§4 r20", 400, "Bad Request: message can't be edited", "post"],
  ["§4 r21", 400, "Bad Request: there is no text in the message to edit", "post"],
  ["§4 r21", 400, "Bad Request: there is no caption in the message to edit", "post"],
  ["§4 r21", 400, "Bad Request: message media can't be edited", "post"],
  ["§4 r21", 400, "Bad Request: can't change media type in the album", "post"],
  ["§4 r22", 400, "Bad Request: message to delete not found", "gone"],
  ["§4 r23", 400, "Bad Request: message can't be deleted", "post"],
  ["§4 r23", 400, "Bad Request: message can't be deleted for everyone", "post"],
  ["§4 r24", 400, "Bad Request: message to forward not found", "gone"],
  ["§4 r24", 400, "Bad Request: message to pin not found", "gone"],
  ["§4 r24", 400, "Bad Request: message to copy not found", "gone"],
  ["§4 r24", 400, "Bad Request: message to react not found", "gone"],
  ["§4 r24", 400, "Bad Request: message to be replied not found", "gone"],
  ["§4 r25", 400, "Bad Request: the message can't be forwarded", "unclear"],
  ["§4 r26", 400, "Bad Request: message has protected content and can't be forwarded", "unclear"],
  ["§4 r27", 400, "Bad Request: chat description is not modified", "unclear"],
  // Last row: anything else.
  ["§4 r28", 400, "Bad Request: SOMETHING_NOBODY_HAS_SEEN", "unclear"],
  ["§4 r28", 418, "I'm a teapot", "unclear"],
  // §5.1, first row: what the Bot API itself refuses was not sent, whatever it says.
  ["§5.1 r1", 401, "something new", "configuration"],
  ["§5.1 r1", 404, "something new", "configuration"],
  ["§5.1 r1", 413, "something new", "media"],
  ["§5.1 r1", 421, "something new", "configuration"],
  ["§5.1 r3", 503, "something new", "unknown"],
  // Not an error code at all.
  ["§5.1", 200, "", "unknown"],
  ["§5.1", 599, "", "unknown"]
]

const foreign = (status: number): Observation => ({ _tag: "Foreign", status, excerpt: "<html>nginx</html>" })
const broken = (complete: boolean, detail: string): Observation => ({ _tag: "Broken", complete, detail })

const transport: ReadonlyArray<readonly [cite: string, seen: Observation, expected: string]> = [
  ["§5.1 r4", broken(false, "ECONNREFUSED"), "not sent"],
  ["§5.1 r4", broken(false, "ENOTFOUND"), "not sent"],
  ["§5.1 r4", broken(false, "EAI_AGAIN"), "not sent"],
  ["§5.1 r4", broken(false, "EHOSTUNREACH"), "not sent"],
  ["§5.1 r4", broken(false, "ENETUNREACH"), "not sent"],
  ["§5.1 r4", broken(false, "CERT_HAS_EXPIRED"), "not sent"],
  ["§5.1 r4", broken(false, "no connection in time"), "not sent"],
  ["§5.1 r5", broken(false, "not handed over in time"), "not sent"],
  ["§5.1 r6", broken(true, "ECONNRESET"), "unknown"],
  ["§5.1 r6", broken(true, "EPIPE"), "unknown"],
  ["§5.1 r6", broken(true, "socket hang up"), "unknown"],
  ["§5.1 r6", broken(true, "ERR_STREAM_PREMATURE_CLOSE"), "unknown"],
  ["§5.1 r6", broken(true, "no answer in time"), "unknown"],
  ["RFC 9112 §8", broken(false, "ECONNRESET"), "not sent"],
  ["§5.1 r6, §4 r16", foreign(502), "unknown"],
  ["§5.1 r6, §4 r16", foreign(504), "unknown"],
  ["§5.1 r6", foreign(429), "unknown"],
  ["§5.1 r6 (empty body)", { _tag: "Foreign", status: 200, excerpt: "" }, "unknown"],
  ["§4 r16", foreign(413), "media"],
  ["RFC 9110 §15.5.9", foreign(408), "unknown"],
  ["RFC 9110 §15.5", foreign(404), "configuration"],
  ["RFC 9110 §15.5", foreign(407), "configuration"],
  ["RFC 9110 §15.4", foreign(301), "configuration"],
  ["§5.1 r8 (message_id 0)", { _tag: "Unclear", detail: "accepted without a message id" }, "unknown"]
]

describe("verdict", () => {
  for (const [cite, code, description, expected] of catalogue) {
    it(`${cite}: ${code} "${description}" means ${expected}`, () => {
      assert.strictEqual(wordOf(answered(code, description)), expected)
    })
  }

  for (const [cite, seen, expected] of transport) {
    it(`${cite}: ${JSON.stringify(seen)} means ${expected}`, () => {
      assert.strictEqual(wordOf(seen), expected)
    })
  }

  it("a wait is never shortened, however long (§1.4: 10,072 s were seen)", () => {
    assert.strictEqual(wordOf(answered(429, "Too Many Requests: retry after 5", 10_072)), "wait 10072")
  })

  it("a wait until no date that there is ends at one that there is", () => {
    const error = verdict("sendMessage", "send", answered(429, "Too Many Requests", 9e15))
    const seconds = error._tag === "TelegramFlood" ? error.retryAfterSeconds : 0
    assert.isAbove(new Date(Date.now() + seconds * 1000).getFullYear(), 9_999)
  })

  it("what is in doubt for a send is repeated for any other call (§4 legend, A)", () => {
    assert.strictEqual(wordOf(answered(500, "Internal Server Error: restart"), "repeatable"), "not sent")
    assert.strictEqual(wordOf(broken(true, "ECONNRESET"), "repeatable"), "not sent")
    assert.strictEqual(wordOf(foreign(502), "repeatable"), "not sent")
  })

  it("no answer from 500 on, and nothing broken off after the last byte, is ever called not sent", () => {
    const doubtful: fc.Arbitrary<Observation> = fc.oneof(
      fc.record({
        _tag: fc.constant("Answered" as const),
        code: fc.integer({ min: 500, max: 599 }),
        description: fc.string()
      }),
      fc.record({
        _tag: fc.constant("Foreign" as const),
        status: fc.oneof(fc.integer({ min: 100, max: 299 }), fc.integer({ min: 500, max: 599 })),
        excerpt: fc.string()
      }),
      fc.record({ _tag: fc.constant("Broken" as const), complete: fc.constant(true), detail: fc.string() })
    )
    fc.assert(fc.property(doubtful, (seen) => wordOf(seen) === "unknown"))
  })
})

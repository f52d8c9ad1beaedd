// The text parameters of a call (`text` or `caption`, with `parse_mode` and entities) → the text as Telegram will keep it, or the refusal.
// Whether it is too long is a question for Limits, because sends and edits answer differently.
// @source reference/telegram-bot-api.md §2, §3
import { Either, Schema } from "effect"
import { badRequest, type Judged, rewritten } from "../Errors.ts"
import { Entity, type FormattedText } from "../Wire.ts"
import { clean, isEmpty } from "./Cleaning.ts"
import { inOrder } from "./EntityOrder.ts"
import { foundEntities } from "./FoundEntities.ts"
import { parseHtml } from "./HtmlParser.ts"

/** Bytes of the text as sent, before parsing. */
export const maxRawBytes = 32_768
/** Later entities are dropped, their text stays. */
export const maxEntities = 100

export interface WrittenText {
  readonly text: string
  readonly parseMode: string | undefined
  /** The raw parameter; ignored when a parse mode is given. */
  readonly entities: unknown
}

const Entities = Schema.Array(Entity)

const explicit = (raw: unknown): Judged<ReadonlyArray<Entity>> =>
  raw === undefined
    ? Either.right([])
    : Either.mapLeft(Schema.decodeUnknownEither(Entities)(raw), () =>
        rewritten(400, "can't parse entities: expected an Array of MessageEntity")
      )

const parsed = (written: WrittenText): Judged<FormattedText> => {
  switch ((written.parseMode ?? "").toLowerCase()) {
    case "":
    case "none":
      return Either.map(explicit(written.entities), (entities) => ({ text: written.text, entities }))
    case "html":
      return Either.mapLeft(parseHtml(written.text), (mistake) =>
        rewritten(400, `can't parse entities: ${mistake}`)
      )
    case "markdown":
    case "markdownv2":
      return badRequest("this emulator does not read Markdown; use HTML")
    default:
      return badRequest("unsupported parse_mode")
  }
}

/** Parsed, cleaned, with Telegram's own entities; may be empty. */
export const formatted = (written: WrittenText): Judged<FormattedText> =>
  Either.gen(function* () {
    if (/\p{Surrogate}/u.test(written.text)) return yield* badRequest("text must be encoded in UTF-8")
    if (Buffer.byteLength(written.text) > maxRawBytes) return yield* badRequest("text is too long")
    const { text, entities } = clean(yield* parsed(written))
    if (isEmpty(text)) return { text: "", entities: [] }
    return { text, entities: inOrder(entities, foundEntities(text)).slice(0, maxEntities) }
  })

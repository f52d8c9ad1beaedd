// The text parameters of a call (`text` or `caption`, with `parse_mode` and entities) → the text as Telegram will keep it, or the refusal.
// Whether it is too long is a question for Limits, because sends and edits answer differently.
// @source reference/telegram-bot-api.md §2, §3
import { Either, Schema } from "effect"
import { badRequest, type Judged, rewritten } from "../Errors.ts"
import { defaultSwitches, type Switches } from "../Switches.ts"
import { Entity, type FormattedText } from "../Wire.ts"
import { clean, isEmpty } from "./Cleaning.ts"
import { inOrder } from "./EntityOrder.ts"
import { foundEntities } from "./FoundEntities.ts"
import { parseHtml } from "./HtmlParser.ts"

/** Bytes of the text as sent, before parsing. */
export const maxRawBytes = 32_768
/** Later entities are dropped, their text stays. */
export const maxEntities = 100

/** Where the answer differs from server to server. */
export type TextSwitches = Pick<Switches, "manyEntities" | "invisibleLinks">

export interface WrittenText {
  readonly text: string
  readonly parseMode: string | undefined
  /** The raw parameter; ignored when a parse mode is given. */
  readonly entities: unknown
}

const Entities = Schema.Array(Entity)

const maxOffset = 1_000_000

/** @source td MessageEntity.cpp fix_formatted_text */
const complaintAbout = ({ offset, length }: Entity, size: number): string | undefined => {
  if (offset < 0 || offset > maxOffset) return `receive an entity with incorrect offset ${offset}`
  if (length < 0 || length > maxOffset) return `receive an entity with incorrect length ${length}`
  return offset + length > size
    ? `entity beginning at UTF-16 offset ${offset} ends after the end of the text at UTF-16 offset ${size}`
    : undefined
}

const explicit = (raw: unknown, text: string): Judged<ReadonlyArray<Entity>> =>
  Either.gen(function* () {
    if (raw === undefined) return []
    const entities = yield* Either.mapLeft(Schema.decodeUnknownEither(Entities)(raw), () =>
      rewritten(400, "can't parse entities: expected an Array of MessageEntity")
    )
    const [complaint] = entities.flatMap((entity) => complaintAbout(entity, text.length) ?? [])
    return complaint === undefined ? entities : yield* badRequest(complaint)
  })

const parsed = (written: WrittenText): Judged<FormattedText> => {
  switch ((written.parseMode ?? "").toLowerCase()) {
    case "":
    case "none":
      return Either.map(explicit(written.entities, written.text), (entities) => ({
        text: written.text,
        entities
      }))
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

const invisible = /^[\u200b-\u200d]*$/

const withoutInvisibleLinks = ({ text, entities }: FormattedText): FormattedText => ({
  text,
  entities: entities.filter(
    ({ type, offset, length }) => type !== "text_link" || !invisible.test(text.slice(offset, offset + length))
  )
})

/** Parsed, cleaned, with Telegram's own entities; may be empty. */
export const formatted = (
  written: WrittenText,
  switches: TextSwitches = defaultSwitches
): Judged<FormattedText> =>
  Either.gen(function* () {
    if (/\p{Surrogate}/u.test(written.text)) return yield* badRequest("text must be encoded in UTF-8")
    if (Buffer.byteLength(written.text) > maxRawBytes) return yield* badRequest("text is too long")
    const cleaned = clean(yield* parsed(written))
    const { text, entities } = switches.invisibleLinks ? cleaned : withoutInvisibleLinks(cleaned)
    if (isEmpty(text)) return { text: "", entities: [] }
    const all = inOrder(entities, foundEntities(text))
    if (all.length > maxEntities && switches.manyEntities === "refused") {
      return yield* badRequest("ENTITIES_TOO_LONG")
    }
    return { text, entities: all.slice(0, maxEntities) }
  })

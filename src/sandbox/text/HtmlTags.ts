// What each tag of Telegram's HTML means: which attribute it reads, and which entity a closed tag leaves.
// @source reference/telegram-bot-api.md §3 (td MessageEntity.cpp, parse_html)
import { Either } from "effect"
import type { Entity } from "../Wire.ts"
import { checkedLink, mentionedUser } from "./Links.ts"

export interface OpenTag {
  readonly name: string
  /** The one attribute that matters to this tag; "" when absent. */
  readonly argument: string
  /** The format of a `tg-time`. */
  readonly format: string | undefined
  /** Where its text begins, in UTF-16 units of the parsed text. */
  readonly offset: number
}

const simple: Readonly<Record<string, string>> = {
  b: "bold",
  strong: "bold",
  i: "italic",
  em: "italic",
  u: "underline",
  ins: "underline",
  s: "strikethrough",
  strike: "strikethrough",
  del: "strikethrough",
  "tg-spoiler": "spoiler",
  span: "spoiler"
}

const known = new Set([...Object.keys(simple), "a", "code", "pre", "blockquote", "tg-emoji", "tg-time"])

export const isKnownTag = (name: string) => known.has(name)

/** What the attribute gives to the tag, or undefined when it has no meaning there. */
export const argumentOf = (tag: string, attribute: string, value: string): string | undefined => {
  if (tag === "a" && attribute === "href") return value
  if (tag === "code" && attribute === "class" && value.startsWith("language-")) return value.slice(9)
  if (tag === "span" && attribute === "class" && value.startsWith("tg-")) return value.slice(3)
  if (tag === "tg-emoji" && attribute === "emoji-id") return value
  if (tag === "tg-time" && attribute === "unix") return value
  if (tag === "blockquote" && attribute === "expandable") return "1"
  return undefined
}

const linkEntity = (link: string, span: Pick<Entity, "offset" | "length">): ReadonlyArray<Entity> => {
  const user = mentionedUser(link)
  if (user !== undefined) {
    return [{ type: "text_mention", ...span, user: { id: user, is_bot: false, first_name: `User ${user}` } }]
  }
  return Either.match(checkedLink(link), {
    onLeft: () => [],
    onRight: (url) => [{ type: "text_link", ...span, url }]
  })
}

/** `<pre><code class="language-x">` in either order is one entity with a language. */
const codeEntities = (
  tag: OpenTag,
  span: Pick<Entity, "offset" | "length">,
  before: Entity | undefined
): { readonly replaces: boolean; readonly entity: Entity } => {
  const other = tag.name === "pre" ? "code" : "pre"
  const nested = before?.type === other && before.offset === span.offset && before.length === span.length
  const language = tag.name === "pre" ? before?.language : tag.argument
  if (nested && language) return { replaces: true, entity: { type: "pre", ...span, language } }
  const own = tag.name === "code" && tag.argument !== "" ? { language: tag.argument } : {}
  return { replaces: false, entity: { type: tag.name, ...span, ...own } }
}

/** The entities after a tag is closed at `end`; an empty element leaves nothing, a bad link loses its link only. */
export const closed = (
  entities: ReadonlyArray<Entity>,
  tag: OpenTag,
  text: string
): Either.Either<ReadonlyArray<Entity>, string> => {
  const span = { offset: tag.offset, length: text.length - tag.offset }
  if (span.length <= 0) return Either.right(entities)
  const type = simple[tag.name]
  if (type !== undefined) return Either.right([...entities, { type, ...span }])
  switch (tag.name) {
    case "a":
      return Either.right([...entities, ...linkEntity(tag.argument || text.slice(tag.offset), span)])
    case "blockquote":
      return Either.right([
        ...entities,
        { type: tag.argument === "" ? "blockquote" : "expandable_blockquote", ...span }
      ])
    case "tg-emoji":
      if (!/^[1-9]\d{0,18}$/.test(tag.argument)) {
        return Either.left("Invalid custom emoji identifier specified")
      }
      return Either.right([...entities, { type: "custom_emoji", ...span, custom_emoji_id: tag.argument }])
    case "tg-time":
      return Either.right([
        ...entities,
        {
          type: "date_time",
          ...span,
          unix_time: Number(tag.argument),
          ...(tag.format === undefined ? {} : { date_time_format: tag.format })
        }
      ])
    default: {
      const { replaces, entity } = codeEntities(tag, span, entities.at(-1))
      return Either.right([...(replaces ? entities.slice(0, -1) : entities), entity])
    }
  }
}

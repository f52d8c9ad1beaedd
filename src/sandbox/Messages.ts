// A message as the emulator keeps it: for ever, with every version, its author and its end. Messages are values: an edit or a deletion makes
// a new one. Schemas, because a dumped state is read back.
import { Schema } from "effect"
import { type Entity, FormattedText, Keyboard, optional, Preview } from "./Wire.ts"

/** A file that Telegram keeps; its bytes are in `State.files` under the same name. */
export const StoredMedia = Schema.Struct({
  /** Stable per content: the `file_unique_id`. */
  unique: Schema.String,
  mime: Schema.String,
  bytes: Schema.Number,
  /** Pixels; 0 for anything but pictures. */
  width: Schema.Number,
  height: Schema.Number,
  name: Schema.String
})
export type StoredMedia = typeof StoredMedia.Type

export const Content = Schema.Union(
  Schema.Struct({ kind: Schema.Literal("text"), text: FormattedText, preview: optional(Preview) }),
  Schema.Struct({
    kind: Schema.Literal("photo", "document"),
    media: StoredMedia,
    text: FormattedText,
    above: Schema.Boolean,
    spoiler: Schema.Boolean
  }),
  /** Pin, title change …: takes an id, can be neither edited nor forwarded. `fields` travel as they are, `pinned` as that message. */
  Schema.Struct({
    kind: Schema.Literal("service"),
    fields: Schema.Record({ key: Schema.String, value: Schema.Unknown }),
    pinned: optional(Schema.Number)
  })
)
export type Content = typeof Content.Type

export const Author = Schema.Union(
  Schema.Struct({ kind: Schema.Literal("bot"), id: Schema.Number }),
  /** A person: another admin of a channel, or somebody who talks to a bot. */
  Schema.Struct({ kind: Schema.Literal("user"), id: Schema.Number, name: Schema.String })
)
export type Author = typeof Author.Type

/** Where a forwarded message comes from. */
export const Origin = Schema.Struct({
  chat: Schema.Number,
  message: Schema.Number,
  at: Schema.Number,
  author: Author
})
export type Origin = typeof Origin.Type

export const Version = Schema.Struct({
  content: Content,
  keyboard: optional(Keyboard),
  /** Epoch milliseconds. */
  at: Schema.Number,
  /** Who made it: the author, or whoever edited. */
  by: Author,
  /** The call that made it, in the request log; absent: people or Telegram itself. */
  request: optional(Schema.Number)
})
export type Version = typeof Version.Type

export const Reaction = Schema.Struct({
  by: Author,
  emoji: Schema.Array(Schema.String),
  at: Schema.Number,
  request: Schema.Number
})
export type Reaction = typeof Reaction.Type

export const Message = Schema.Struct({
  id: Schema.Number,
  chat: Schema.Number,
  author: Author,
  silent: Schema.Boolean,
  protected: Schema.Boolean,
  /** `media_group_id` of an album. */
  album: optional(Schema.String),
  origin: optional(Origin),
  /** The message of this chat that it answers. */
  reply: optional(Schema.Number),
  /** Put into a discussion group by Telegram itself. */
  automatic: Schema.Boolean,
  /** Oldest first, never empty; the last is what readers see. */
  versions: Schema.NonEmptyArray(Version),
  /** What bots reacted, as far as readers could notice; an empty list takes reactions back. */
  reactions: optional(Schema.Array(Reaction)),
  deleted: optional(Schema.Struct({ at: Schema.Number, by: Author, request: optional(Schema.Number) }))
})
export type Message = typeof Message.Type

export const first = (message: Message): Version => message.versions[0]
export const current = (message: Message): Version => message.versions.at(-1) ?? message.versions[0]

/** The text or caption that readers see; "" for service messages. */
export const shownText = (message: Message): FormattedText => {
  const { content } = current(message)
  return content.kind === "service" ? { text: "", entities: [] } : content.text
}

const sameText = (a: FormattedText, b: FormattedText) =>
  a.text === b.text && JSON.stringify(a.entities) === JSON.stringify(b.entities)

const mediaOf = (content: Content) =>
  content.kind === "service" || content.kind === "text" ? "" : content.media.unique
const flagsOf = (content: Content) =>
  content.kind === "text"
    ? JSON.stringify([content.preview?.is_disabled ?? false, content.preview?.url ?? ""])
    : content.kind === "service"
      ? ""
      : JSON.stringify([content.above, content.spoiler])

export const sameKeyboard = (a: Keyboard | undefined, b: Keyboard | undefined) =>
  JSON.stringify(a ?? null) === JSON.stringify(b ?? null)

/** Whether an edit would change nothing: text, entities, medium, keyboard and, if they count, flags are all the same (E12). */
export const unchanged = (
  now: Pick<Version, "content" | "keyboard">,
  next: Pick<Version, "content" | "keyboard">,
  previewCounts: boolean
) =>
  now.content.kind !== "service" &&
  next.content.kind !== "service" &&
  now.content.kind === next.content.kind &&
  sameText(now.content.text, next.content.text) &&
  mediaOf(now.content) === mediaOf(next.content) &&
  ((now.content.kind === "text" && !previewCounts) || flagsOf(now.content) === flagsOf(next.content)) &&
  sameKeyboard(now.keyboard, next.keyboard)

/** Every link in a post: in its entities, its buttons and its visible addresses. */
export const linksOf = (message: Message): ReadonlyArray<string> => {
  const { text, entities } = shownText(message)
  const visible = (entity: Entity) => text.slice(entity.offset, entity.offset + entity.length)
  return [
    ...entities.flatMap((entity) =>
      entity.url !== undefined ? [entity.url] : entity.type === "url" ? [visible(entity)] : []
    ),
    ...(current(message)
      .keyboard?.inline_keyboard.flat()
      .flatMap((button) => button.url ?? []) ?? [])
  ]
}

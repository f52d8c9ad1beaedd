// What Telegram does to every text before it keeps it: control characters, invisible tricks and blanks at both ends. A parsed text enters;
// text and entities as they come back in the answer leave. Never touches U+200B–U+200D.
// @source reference/telegram-bot-api.md §3 "Normalisation" (td misc.cpp clean_input_string, MessageEntity.cpp fix_formatted_text)
import type { Entity, FormattedText } from "../Wire.ts"
import { inOrder } from "./EntityOrder.ts"

const removed = /[\r\u2028-\u202e]|\u0333|\u033f|\u030a/
const control = /[\0-\x09\x0b\x0c\x0e-\x1f]/
const blank = /[ \n]/
/** Spaces of all kinds, and what has no width: a text of these alone is empty. */
const invisible =
  /^[\s\u1680\u180e\u2000-\u200f\u202e\u202f\u205f\u2800\u3000\ufffc\ufeff\u00a0\u{e0000}-\u{e007f}]*$/u
/** Entities that say more than their text shows stay although they cover blanks only. */
const hidden = new Set(["text_link", "text_mention", "custom_emoji"])

/** Cleans unit by unit; `places[i]` is where the old unit i went. */
const cleaned = (text: string) => {
  const places: Array<number> = []
  let clean = ""
  for (let at = 0; at < text.length; at++) {
    const unit = text.charAt(at)
    places.push(clean.length)
    if (!removed.test(unit)) clean += control.test(unit) ? " " : unit
  }
  places.push(clean.length)
  return { clean: clean.replace(/[\u200e\u200f](?=[\u200e\u200f])/g, "\u200c"), places }
}

const shows = (text: string, entity: Entity) =>
  hidden.has(entity.type) ||
  entity.language !== undefined ||
  !/^[ \n]*$/.test(text.slice(entity.offset, entity.offset + entity.length))

const between = (entity: Entity, from: number, to: number): Entity => {
  const offset = Math.max(entity.offset, from)
  return { ...entity, offset: offset - from, length: Math.min(entity.offset + entity.length, to) - offset }
}

/** Trailing blanks go; leading ones only as far as the first entity. */
const trimmed = (text: string, entities: ReadonlyArray<Entity>): FormattedText => {
  const to = text.search(/[ \n]*$/)
  const first = Math.min(to, ...entities.map((entity) => entity.offset))
  let from = 0
  while (from < first && blank.test(text.charAt(from))) from++
  return {
    text: text.slice(from, to),
    entities: entities.map((entity) => between(entity, from, to)).filter((entity) => entity.length > 0)
  }
}

/** The text as Telegram keeps it. */
export const clean = (parsed: FormattedText): FormattedText => {
  const { clean: text, places } = cleaned(parsed.text)
  const moved = parsed.entities.map((entity) => {
    const offset = places[entity.offset] ?? text.length
    return { ...entity, offset, length: (places[entity.offset + entity.length] ?? text.length) - offset }
  })
  const kept = inOrder(moved).filter((entity) => shows(text, entity))
  const result = trimmed(text, kept)
  return { text: result.text, entities: inOrder(result.entities) }
}

export const isEmpty = (text: string): boolean => invisible.test(text)

// A text and its entities → HTML as a reader sees it. Entities nest; one that crosses another is cut at its edge. Only http(s) links are links.

import { type Html, html } from "../../domain/Html.ts"
import type { Entity, FormattedText } from "../Wire.ts"

const blocks = new Set(["pre", "blockquote", "expandable_blockquote"])

const end = (entity: Entity) => entity.offset + entity.length

const link = (url: string, inner: ReadonlyArray<Html>): Html =>
  /^https?:\/\//i.test(url)
    ? html`<a href="${url}" target="_blank" rel="noopener noreferrer nofollow">${inner}</a>`
    : html`${inner}`

const wrapped = (entity: Entity, shown: string, inner: ReadonlyArray<Html>): Html => {
  switch (entity.type) {
    case "bold":
      return html`<b>${inner}</b>`
    case "italic":
      return html`<i>${inner}</i>`
    case "underline":
      return html`<u>${inner}</u>`
    case "strikethrough":
      return html`<s>${inner}</s>`
    case "spoiler":
      return html`<span class="spoiler" tabindex="0">${inner}</span>`
    case "code":
      return html`<code>${inner}</code>`
    case "pre":
      return html`<pre>${inner}</pre>`
    case "blockquote":
    case "expandable_blockquote":
      return html`<blockquote>${inner}</blockquote>`
    case "text_link":
      return link(entity.url ?? "", inner)
    case "url":
      return link(/^https?:/i.test(shown) ? shown : `http://${shown}`, inner)
    case "mention":
    case "hashtag":
    case "cashtag":
    case "bot_command":
    case "email":
    case "text_mention":
      return html`<span class="tag">${inner}</span>`
    default:
      return html`${inner}`
  }
}

/** `entities` are those that begin in [from, to), sorted as Telegram sorts them. */
const stretch = (
  text: string,
  entities: ReadonlyArray<Entity>,
  from: number,
  to: number
): ReadonlyArray<Html> => {
  const [first, ...rest] = entities
  if (first === undefined) return from < to ? [html`${text.slice(from, to)}`] : []
  const stop = Math.min(end(first), to)
  const inside = rest.filter((entity) => entity.offset < stop)
  const after = rest.filter((entity) => entity.offset >= stop)
  // A block ends its line by itself: the line break that follows it would show as an empty line.
  const goOn = blocks.has(first.type) && text[stop] === "\n" ? Math.min(stop + 1, to) : stop
  return [
    html`${text.slice(from, Math.max(from, first.offset))}`,
    wrapped(first, text.slice(first.offset, stop), stretch(text, inside, first.offset, stop)),
    ...stretch(text, after, goOn, to)
  ]
}

export const richText = ({ text, entities }: FormattedText): Html =>
  html`${stretch(text, entities, 0, text.length)}`

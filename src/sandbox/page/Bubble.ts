// One post (or one album) as a bubble: photo, text, link buttons, time. Messages enter, HTML leaves; nothing comes from outside our own server.

import { type Html, html } from "../../domain/Html.ts"
import { current, first, type Message, shownText } from "../Messages.ts"
import type { Button } from "../Wire.ts"
import { richText } from "./RichText.ts"

const time = (at: number): Html => {
  const iso = new Date(at).toISOString()
  return html`<time datetime="${iso}" title="${iso.slice(0, 16).replace("T", " ")} UTC">${iso.slice(11, 16)}</time>`
}

/** Where the bytes of a picture are, by its name. */
export type FileAddress = (unique: string) => string

const served: FileAddress = (unique) => `/sandbox/files/${unique}`

const picture = (message: Message, address: FileAddress): Html | undefined => {
  const { content } = current(message)
  if (content.kind === "document") {
    return html`<a class="document" href="${address(content.media.unique)}" download="${content.media.name}">${content.media.name}</a>`
  }
  if (content.kind !== "photo") return undefined
  const { unique, width, height } = content.media
  const veil = content.spoiler ? " veiled" : ""
  return html`<img class="photo${veil}" src="${address(unique)}" width="${width}" height="${height}" alt="" loading="lazy">`
}

const button = (shown: Button): Html =>
  shown.url !== undefined && /^https?:\/\//i.test(shown.url)
    ? html`<a class="button" href="${shown.url}" target="_blank" rel="noopener noreferrer nofollow">${shown.text}<span class="out" aria-hidden="true">↗</span></a>`
    : html`<span class="button">${shown.text}</span>`

const buttons = (message: Message): Html | undefined => {
  const rows = current(message).keyboard?.inline_keyboard
  return rows === undefined
    ? undefined
    : html`<div class="buttons">${rows.map((row) => html`<div class="row">${row.map(button)}</div>`)}</div>`
}

const isAbove = (message: Message) => {
  const { content } = current(message)
  return content.kind !== "service" && content.kind !== "text" && content.above
}

const forwardedFrom = (message: Message, titles: ReadonlyMap<number, string>): Html | undefined =>
  message.origin === undefined
    ? undefined
    : html`<div class="forward">Forwarded from <b>${titles.get(message.origin.chat) ?? "a channel"}</b></div>`

/** `album` holds one post, or the items of an album; `titles` names chats. */
export const bubble = (
  album: readonly [Message, ...ReadonlyArray<Message>],
  author: string,
  titles: ReadonlyMap<number, string>,
  address: FileAddress = served
): Html => {
  const [head] = album
  const pictures = album.flatMap((message) => picture(message, address) ?? [])
  const spoken = album.find((message) => shownText(message).text !== "")
  const text = spoken === undefined ? undefined : html`<div class="text">${richText(shownText(spoken))}</div>`
  const media =
    pictures.length === 0
      ? undefined
      : html`<div class="media n${Math.min(pictures.length, 4)}">${pictures}</div>`
  const edited = album.some((message) => message.versions.length > 1)
  const bare = text === undefined && media !== undefined ? " bare" : ""
  return html`<article class="post" id="m${head.id}">
<div class="bubble${bare}">
<div class="author">${author}</div>${forwardedFrom(head, titles)}
${isAbove(head) ? [text, media] : [media, text]}
<div class="foot">${head.silent ? html`<span title="sent without a sound">silent</span> ` : undefined}${edited ? html`<span class="edited">edited</span> ` : undefined}${time(first(head).at)}</div>
</div>
${buttons(head)}
</article>`
}

/** What a service message says in plain words; "" for posts. */
export const serviceText = (message: Message): string => {
  const { content } = current(message)
  if (content.kind !== "service") return ""
  return content.pinned !== undefined ? "A message was pinned" : "The channel was changed"
}

export const service = (message: Message): Html =>
  html`<p class="pill" id="m${message.id}">${serviceText(message)}</p>`

// The two pages: the list of chats, and one chat as its readers see it, newest at the bottom. Chats enter, whole HTML documents leave.

import { type Html, html } from "../../domain/Html.ts"
import { type Chat, standing } from "../Chat.ts"
import { current, first, type Message, shownText } from "../Messages.ts"
import { bubble, service, serviceText } from "./Bubble.ts"

/** Older posts are not shown. */
const shownMessages = 100

export const chatPath = (chat: Chat): string => `/sandbox/${chat.username ?? chat.id}`

const avatar = (chat: Chat): Html =>
  html`<span class="avatar c${Math.abs(chat.id) % 7}" aria-hidden="true">${[...chat.title][0]?.toUpperCase()}</span>`

const page = (title: string, header: Html, main: Html): string =>
  `<!doctype html>${
    html`<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="stylesheet" href="/sandbox/page.css">
<link rel="icon" href="data:,">
<script src="/sandbox/page.js" defer></script>
</head>
<body>
<header>${header}</header>
${main}
</body>
</html>`.markup
  }`

const dayOf = (message: Message) => new Date(first(message).at).toISOString().slice(0, 10)

const dayName = (day: string) =>
  new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", timeZone: "UTC" }).format(new Date(day))

type Album = readonly [Message, ...ReadonlyArray<Message>]

/** Items of one album stand together. */
const albums = (messages: ReadonlyArray<Message>): ReadonlyArray<Album> => {
  const groups: Array<Album> = []
  for (const message of messages) {
    const last = groups.at(-1)
    if (last !== undefined && message.album !== undefined && last[0].album === message.album) {
      groups[groups.length - 1] = [...last, message]
    } else {
      groups.push([message])
    }
  }
  return groups
}

const authorOf = (chat: Chat, { author }: Message) =>
  chat.type === "channel" ? chat.title : author.kind === "user" ? author.name : `Bot ${author.id}`

const posts = (chat: Chat, titles: ReadonlyMap<number, string>): ReadonlyArray<Html> => {
  let day = ""
  return albums(standing(chat).slice(-shownMessages)).flatMap((album) => {
    const [head] = album
    const shown =
      current(head).content.kind === "service" ? service(head) : bubble(album, authorOf(chat, head), titles)
    if (dayOf(head) === day) return [shown]
    day = dayOf(head)
    return [html`<p class="pill">${dayName(day)}</p>`, shown]
  })
}

const count = (chat: Chat) => {
  const posted = standing(chat).filter((message) => current(message).content.kind !== "service").length
  return `${posted} ${posted === 1 ? "post" : "posts"}`
}

/** One chat. `titles` names other chats, for forwards. */
export const chatPage = (chat: Chat, titles: ReadonlyMap<number, string>): string => {
  const shown = posts(chat, titles)
  const name = chat.username === undefined ? `${chat.id}` : `@${chat.username}`
  return page(
    chat.title,
    html`<a class="back" href="/sandbox" aria-label="All chats">‹</a>${avatar(chat)}<div><h1>${chat.title}</h1><p>${name} · ${count(chat)}</p></div>`,
    html`<main>${shown.length === 0 ? html`<p class="empty">Nothing was posted here yet.</p>` : shown}</main>`
  )
}

const excerpt = (message: Message | undefined) => {
  if (message === undefined) return "No posts yet"
  const text = shownText(message).text || serviceText(message)
  return text === "" ? "Photo" : text.slice(0, 120)
}

const listed = (chat: Chat): Html => {
  const last = standing(chat).at(-1)
  const iso = last === undefined ? undefined : new Date(first(last).at).toISOString()
  const when = iso === undefined ? undefined : html`<time datetime="${iso}">${iso.slice(11, 16)}</time>`
  return html`<a class="chat" href="${chatPath(chat)}">${avatar(chat)}<div><h2>${chat.title}</h2><p>${excerpt(last)}</p></div>${when}</a>`
}

/** All chats. */
export const chatsPage = (chats: ReadonlyArray<Chat>): string =>
  page(
    "Sandbox",
    html`<div><h1>Sandbox Telegram</h1><p>Nothing here left this machine</p></div>`,
    chats.length === 0
      ? html`<main><p class="empty">No chats yet. A channel appears with its first post.</p></main>`
      : html`<main class="chats">${chats.map(listed)}</main>`
  )

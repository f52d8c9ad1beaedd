// Posts that were not sent, as the readers of their channel would see them: one HTML document with everything in it, to be opened from a file.
// Promises: what Telegram would make of the text is made by the emulator's own reading of it; nothing is loaded from anywhere.
import { Buffer } from "node:buffer"
import { Either } from "effect"
import { type Html, html, Html as Raw } from "../../domain/Html.ts"
import type { Post } from "../../domain/Post.ts"
import { imageHeader } from "../ImageHeader.ts"
import type { Content, Message } from "../Messages.ts"
import { formatted } from "../text/Formatting.ts"
import type { FormattedText } from "../Wire.ts"
import { bubble } from "./Bubble.ts"
import { style } from "./Style.ts"

export interface PreviewedPost {
  readonly post: Post
  /** The bytes of its pictures, in their order. */
  readonly pictures: ReadonlyArray<Uint8Array>
  /** One line above it. */
  readonly note: string
}

export interface Preview {
  /** Of the channel. */
  readonly title: string
  readonly summary: string
  readonly posts: ReadonlyArray<PreviewedPost>
  /** What the channel does not take, a line each. */
  readonly left: ReadonlyArray<string>
  /** Epoch milliseconds. */
  readonly at: number
}

const bot = { kind: "bot", id: 0 } as const

const textOf = (post: Post): FormattedText =>
  Either.getOrElse(formatted({ text: post.html, parseMode: "HTML", entities: undefined }), (refusal) => ({
    text: `Telegram would refuse this text: ${JSON.stringify(refusal)}`,
    entities: []
  }))

const photo = (unique: string, bytes: Uint8Array, text: FormattedText): Content => {
  const { mime = "image/jpeg", width = 0, height = 0 } = imageHeader(bytes) ?? {}
  const media = { unique, mime, bytes: bytes.length, width, height, name: unique }
  return { kind: "photo", media, text, above: false, spoiler: false }
}

const messageOf = (id: number, post: Post, at: number, content: Content): Message => {
  const keyboard = post.buttons.length === 0 ? {} : { keyboard: { inline_keyboard: post.buttons } }
  return {
    ...{ id, chat: 0, author: bot, silent: post.silent, protected: false, automatic: false },
    versions: [{ content, at, by: bot, ...keyboard }]
  }
}

const shown = (preview: Preview, { post, pictures, note }: PreviewedPost, number: number): Html => {
  const text = textOf(post)
  const none: FormattedText = { text: "", entities: [] }
  const [first, ...more] = pictures.map((bytes, index) =>
    photo(String(index), bytes, index === 0 ? text : none)
  )
  const head: Content = first ?? { kind: "text", text }
  const message = (content: Content) => messageOf(number, post, preview.at, content)
  const address = (unique: string) => {
    const bytes = pictures[Number(unique)] ?? new Uint8Array()
    return `data:${imageHeader(bytes)?.mime ?? "image/jpeg"};base64,${Buffer.from(bytes).toString("base64")}`
  }
  const album = [message(head), ...more.map(message)] as const
  return html`<p class="pill">${note}</p>${bubble(album, preview.title, new Map(), address)}`
}

export const previewPage = (preview: Preview): string =>
  `<!doctype html>${
    html`<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>Preview: ${preview.title}</title>
<style>${new Raw(style)}</style>
</head>
<body>
<header><div><h1>${preview.title}</h1><p>${preview.summary}</p></div></header>
<main>
${preview.posts.map((post, index) => shown(preview, post, index + 1))}
${preview.left.map((line) => html`<p class="pill">${line}</p>`)}
</main>
</body>
</html>`.markup
  }\n`

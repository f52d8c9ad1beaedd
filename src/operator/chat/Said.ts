// What the chat says, put together: lines of safe markup and rows of buttons. Pure. Promises: text from outside is escaped, cut and rid of what
// could steer a reader's eye; a message fits into what Telegram takes.
import { Html, html, type Value } from "../../domain/Html.ts"
import type { Buttons, CallbackButton } from "../../telegram/Conversation.ts"
import { said } from "../dashboard/Parts.ts"

export interface Said {
  readonly text: Html
  readonly buttons: Buttons
}

/** UTF-16 units of text that a message can have, with room to spare. */
const mostText = 3_800

export const lines = (...parts: ReadonlyArray<Value>): Html =>
  new Html(parts.flatMap((part) => (part === undefined ? [] : [html`${part}`.markup])).join("\n"))

export const saying = (text: Value, buttons: Buttons = []): Said => ({ text: html`${text}`, buttons })

/** Sentences, a line each, that may hold text from outside. */
export const sentence = (text: string): Said =>
  saying(
    lines(
      ...text
        .slice(0, mostText)
        .split("\n")
        .map((line) => said(line, mostText))
    )
  )

/** Preformatted lines, as many as fit. */
export const preformatted = (text: ReadonlyArray<string>, most = 3_000): Html => {
  const shown: Array<string> = []
  let length = 0
  for (const line of text.map((one) => said(one, 500))) {
    length += line.length + 1
    if (length > most) break
    shown.push(line)
  }
  const left = text.length - shown.length
  return html`<pre>${shown.join("\n")}${left === 0 ? "" : `\n… ${left} more lines`}</pre>`
}

const longestLabel = 40

export const button = (label: string, data: string): CallbackButton => ({
  text: said(label, longestLabel) || "…",
  data
})

/** Back and on, where there is something; `data` of the page that begins at a place. */
export const pager = (
  from: number,
  perPage: number,
  more: boolean,
  data: (from: number) => string
): Buttons => {
  const row = [
    ...(from > 0 ? [button("‹ Back", data(Math.max(0, from - perPage)))] : []),
    ...(more ? [button("More ›", data(from + perPage))] : [])
  ]
  return row.length === 0 ? [] : [row]
}

// Where a post can be looked at: in Telegram, or in the sandbox that stands in for it.
// @source https://core.telegram.org/api/links#message-links (2026-11-26)
import { type Html, html } from "../../domain/Html.ts"

/** `publishesTo` as the status says it. */
export const messageLink = (publishesTo: string | null, chat: string, id: number): Html => {
  const name = chat.replace(/^@/, "")
  const text = `message ${id}`
  if (publishesTo?.includes("sandbox")) {
    return html`<a href="sandbox/${encodeURIComponent(name)}#m${id}">${text}</a>`
  }
  const path = /^-100\d+$/.test(chat)
    ? `c/${chat.slice(4)}`
    : chat.startsWith("@")
      ? encodeURIComponent(name)
      : undefined
  return path === undefined
    ? html`${text}`
    : html`<a href="https://t.me/${path}/${id}" rel="noopener noreferrer">${text}</a>`
}

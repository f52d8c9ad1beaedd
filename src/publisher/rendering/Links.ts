// Which addresses a post may lead to. A bad one loses its link, never the text.

/** Longer ones are tracking debris; Telegram's own bound on the whole message is 32 kB. */
const maxLinkLength = 2048

/** Absolute and written out, if it is one that readers may be led to: http, https or tg, without a user name in it. */
export const linkOf = (href: string | undefined, base?: string): string | undefined => {
  if (href === undefined || href.trim() === "") return undefined
  const url = URL.canParse(href, base) ? new URL(href, base) : undefined
  if (url === undefined || url.href.length > maxLinkLength) return undefined
  const permitted = /^(https?|tg):$/.test(url.protocol) && url.username === "" && url.password === ""
  return permitted ? url.href : undefined
}

/** Names with a dot; of what a URL may have in its host besides (`{{shop}}.example`, `a..example`) Telegram takes little. */
const plainName = /^(?:[a-z\d_-]+\.)+[a-z\d-]+$/

/**
 * Whether Telegram takes it: a host without a dot, as in a house's own network, loses its link without a word, and as a button the whole post.
 * @source reference/telegram-bot-api.md §2, button url (TDLib LinkManager); §3, a bad `href`
 */
export const isKept = (link: string): boolean => {
  const { protocol, hostname, port } = new URL(link)
  return protocol === "tg:" || (plainName.test(hostname) && port !== "0")
}

/** As `linkOf`, for a button. */
export const buttonLinkOf = (href: string | undefined): string | undefined => {
  const link = linkOf(href)
  return link !== undefined && isKept(link) ? link : undefined
}

/** The host without `www.`, for people. */
export const hostOf = (href: string | undefined): string | undefined => {
  const link = linkOf(href)
  return link === undefined ? undefined : new URL(link).hostname.replace(/^www\./, "")
}

// Addresses as documents write them → absolute http(s) URLs, or nothing: no other scheme ever leaves the readers.

// What `URL` would leave as it is: a host of letters that ends in a name, no port, and a path without dot segments. Shops list millions
// of them, and this costs a quarter of parsing.
const regular =
  /^https?:\/\/(?!xn--|[^/]*\.xn--)(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)+[a-z]{2,63}(?:(?:\/(?!\.|%2[Ee])[\w\-.~%!$&()*+,;=:@]*)+(?:\?[\w\-.~%!$&()*+,;=:@/?]*)?)?$/

/** The absolute http(s) URL that `href` means at `base`; undefined for other schemes, nonsense and the empty string. */
export const absolute = (href: string | undefined, base?: string): string | undefined => {
  const trimmed = href?.trim() ?? ""
  if (regular.test(trimmed)) return trimmed
  if (trimmed === "" || !URL.canParse(trimmed, base)) return undefined
  const url = new URL(trimmed, base)
  if (url.protocol !== "http:" && url.protocol !== "https:") return undefined
  // A lone "http://www.example.org" stays as it was written: guids and links are compared by eye in logs and posts.
  return url.href === `${trimmed}/` ? trimmed : url.href
}

/** Whether the text is an http(s) URL by itself. */
export const isHttpUrl = (text: string | undefined): boolean =>
  text !== undefined && /^https?:\/\/\S+$/i.test(text.trim())

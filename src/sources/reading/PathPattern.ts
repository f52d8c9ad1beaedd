// Which addresses an operator means by "/product/*": `*` stands for any characters, slashes too, and the whole must match.
// A pattern with a host is compared with the whole address, one with "?" also with the query. Linear in the address; never a RegExp.

/** Whether `text` is the pattern's pieces in order, from its beginning to its end. */
const isMade = (pieces: ReadonlyArray<string>, text: string): boolean => {
  const [first = "", ...others] = pieces
  const last = others.pop()
  if (last === undefined) return text === first
  if (!text.startsWith(first)) return false
  let at = first.length
  for (const piece of others) {
    const found = text.indexOf(piece, at)
    if (found < 0) return false
    at = found + piece.length
  }
  return text.length - last.length >= at && text.endsWith(last)
}

/** As URLs write it, without touching what is escaped already. */
const asInUrls = (pattern: string): string =>
  encodeURI(pattern.replace(/\p{Surrogate}/gu, "")).replace(/%25/g, "%")

/** Whether the pattern means `url`, an absolute http(s) address. */
export const matchesPattern = (pattern: string, url: string): boolean => {
  const { host, pathname, protocol, search } = new URL(url)
  const withHost = /^https?:\/\//.test(pattern)
  const text = `${withHost ? `${protocol}//${host}` : ""}${pathname}${pattern.includes("?") ? search : ""}`
  return isMade(asInUrls(pattern).split("*"), text)
}

/** Whether any of the patterns means `url`. */
export const matchesAny = (patterns: ReadonlyArray<string>, url: string): boolean =>
  patterns.some((pattern) => matchesPattern(pattern, url))

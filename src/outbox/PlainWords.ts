// The words of an item as a reader sees them, and whether some occur. Enters: title, HTML fragment, categories. Leaves: plain text.
// Promises: linear time on any text. Never for showing: entities beyond the common ones stay as they are.

const named: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " "
}

const decode = (entity: string, name: string): string => {
  if (!name.startsWith("#")) return named[name.toLowerCase()] ?? entity
  const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10)
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : entity
}

/** The text of an HTML fragment, on one line. */
export const plainText = (html: string): string =>
  html
    .replace(/<[^<>]*>/g, " ")
    .replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]{2,8});/gi, decode)
    .replace(/\s+/gu, " ")
    .trim()

const escape = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&")

/** Finds a word or phrase as whole words in any case; the space within a phrase may be any. */
export const wholeWords = (phrase: string): RegExp => {
  const words = phrase.normalize("NFC").trim().split(/\s+/u).map(escape)
  return new RegExp(`(?<![\\p{L}\\p{M}\\p{N}_])${words.join("\\s+")}(?![\\p{L}\\p{M}\\p{N}_])`, "iu")
}

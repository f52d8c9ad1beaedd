// Text as sources write it (HTML, entities, line breaks, control characters) → what can stand in a message: one clean line, or a
// clean fragment within a length. Pure; bounded by the lengths asked for, whatever arrives.
import { Parser } from "htmlparser2"
import { isHtmlElement, isInlineElement } from "./HtmlElements.ts"

/** At most the first `length` UTF-16 units, never half a surrogate pair. */
export const cut = (text: string, length: number): string => {
  if (text.length <= length) return text
  const last = text.charCodeAt(length - 1)
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length)
}

/** As `cut`, but never in the middle of a tag or an entity. */
export const cutMarkup = (html: string, length: number): string =>
  html.length <= length ? html : cut(html, length).replace(/(?:<[^<>]*|&[#\w]*)$/, "")

/** What U+0080 to U+009F stand for where a feed calls windows-1252 bytes Unicode; the five gaps are nothing. */
const windows1252 = "€\0‚ƒ„…†‡ˆ‰Š‹Œ\0Ž\0\0‘’“”•–—˜™š›œ\0žŸ"

// All control characters but tab, line feed and carriage return; lone surrogates; the byte order mark; reversing marks that
// make a text read otherwise than it is written.
const unwanted = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\u202d\u202e\p{Surrogate}]/gu

/** What `clean` may change; half of what it finds is emoji, which stay. */
const suspect = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\u202d\u202e\ud800-\udfff]/

/** Without characters that no reader can see and Telegram or SQLite may stumble over. */
export const clean = (text: string): string => (suspect.test(text) ? cleaned(text) : text)

const cleaned = (text: string): string =>
  text.replace(/[\x80-\x9f]/g, (unit) => windows1252[unit.charCodeAt(0) - 0x80] ?? "").replace(unwanted, "")

/** Text that is not markup, as an HTML fragment. An ampersand that already begins an entity is left: feeds encode twice. */
export const escaped = (text: string): string =>
  text
    .replace(/&(?!#\d{1,7};|#[xX][\da-fA-F]{1,6};|[a-zA-Z][a-zA-Z\d]{1,31};)/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")

/** How much markup is looked at for a line: longer has to be abuse, and htmlparser2's work grows with the square of the depth. */
const markupPerLine = 32_768

/** What `plainText` may change: markup, space that is no single one between words, what `clean` removes. */
const changeable =
  /[<&\0-\x1f\x7f-\xa0\u1680\u2000-\u200a\u2028-\u202f\u205f\u3000\ud800-\udfff\ufeff]|^ | $| {2}/

/** One line of plain text from an HTML fragment: tags removed, entities decoded once, white space collapsed, at most `length` long. */
export const plainText = (html: string, length = 1_000): string => {
  if (html.length <= length && !changeable.test(html)) return html
  const source = cutMarkup(html, markupPerLine)
  const text = /[<&]/.test(source) ? withoutMarkup(source) : source
  return cut(clean(text).replace(/\s+/g, " ").trim(), length).trimEnd()
}

const withoutMarkup = (source: string): string => {
  let text = ""
  let hidden = 0
  const tag = (name: string) => {
    // "Vec<T>" in a title is no markup.
    if (!isHtmlElement(name)) text += source.slice(parser.startIndex, parser.endIndex + 1)
    else if (!isInlineElement(name)) text += " "
  }
  const parser: Parser = new Parser({
    onopentag: (name, _, implied) => {
      if (name === "script" || name === "style") hidden++
      else if (!implied) tag(name)
    },
    ontext: (data) => {
      if (hidden === 0) text += data
    },
    onclosetag: (name, implied) => {
      if (name === "script" || name === "style") hidden--
      else if (!implied) tag(name)
    }
  })
  parser.end(source)
  return text
}

// A description that may be plain text, HTML or escaped HTML, as shops put it into their data → an HTML fragment.
import { maxBodyLength } from "../../domain/Item.ts"
import { type Fragment, fragment } from "./Fragment.ts"
import { cut, escaped } from "./PlainText.ts"

const tag = /<\/?(?:a|b|br|div|em|h[1-6]|hr|i|img|li|ol|p|span|strong|table|td|tr|u|ul)\b[^<>]*>/i
const escapedTag = /&lt;\/?(?:b|br|div|em|h[1-6]|i|li|p|span|strong|ul)\b[^<>]{0,200}?&gt;/i

const unescaped = (html: string): string =>
  html
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, "&")

/** At most `maxBodyLength` of it; text without tags keeps its lines. Relative addresses resolve against `base`. */
export const descriptionOf = (written: string, base: string): Fragment => {
  // Markup can shrink when it is read, but not to a fourth of a body that long.
  const text = cut(written.trim(), 4 * maxBodyLength)
  const html = !tag.test(text) && escapedTag.test(text) ? unescaped(text) : text
  return fragment(tag.test(html) ? html : escaped(html).replace(/\r?\n/g, "<br>\n"), base, maxBodyLength)
}

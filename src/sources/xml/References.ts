// The references in a text of XML → the characters that they stand for: the five of XML itself and numbers. Others stay as they are written,
// so no document can define any. What is no character becomes U+FFFD. @source https://www.w3.org/TR/xml/#sec-references

const reference = /&(?:amp|lt|gt|quot|apos|#\d+|#[xX][\da-fA-F]+);/g

const predefined: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&apos;": "'"
}

const isCharacter = (code: number): boolean =>
  code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)

const numbered = (written: string): string => {
  const digits = written.slice(2, -1)
  const code = /^x/i.test(digits) ? Number.parseInt(digits.slice(1), 16) : Number(digits)
  return String.fromCodePoint(isCharacter(code) ? code : 0xfffd)
}

/** The text with its references replaced; what stands in for one is not looked at again. */
export const dereferenced = (text: string): string =>
  text.includes("&") ? text.replace(reference, (written) => predefined[written] ?? numbered(written)) : text

/** What a reference can begin with: the end of a chunk in the middle of one. */
const begun = /^&(?:[a-z]{0,4}|#\d*|#[xX][\da-fA-F]*)$/

/** Where the reference begins that the text may end in the middle of, at `from` or behind; else the text's length. */
export const endOfWhole = (text: string, from: number): number => {
  const rest = text.slice(from)
  const last = rest.lastIndexOf("&")
  return last >= 0 && begun.test(rest.slice(last)) ? from + last : text.length
}

// JSON as page templates break it → JSON: comments, trailing commas, raw line breaks and wrong escapes in strings, wrappings, escaped
// quotes. One pass, linear; what it cannot mend stays broken. Only for text that did not parse as it stands.

/** HTML comments and CDATA around the whole, a semicolon behind it. */
const unwrapped = (text: string): string =>
  text
    .replace(/^[\s\ufeff]*(?:\/\/|\/\*)?\s*(?:<!--|<!\[CDATA\[)\s*(?:\*\/)?/, "")
    .replace(/(?:\/\/|\/\*)?[ \t]*(?:-->|\]\]>)[ \t]*(?:\*\/)?\s*$/, "")
    .replace(/;\s*$/, "")

const unescaped = (text: string): string =>
  text
    .replace(/&(?:quot|#34|#x22);/gi, '"')
    .replace(/&(?:apos|#39|#x27);/gi, "'")
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&amp;/g, "&")

const isEscapedWhole = (text: string) => /^[\s[{]*&(?:quot|#34|#x22);/i.test(text)

const inString = /\\(?:u[\da-f]{4}|["\\/bfnrt])|\\([\s\S]?)|[\0-\x1f]/gi

/** A string literal with its quotes. */
const fixedString = (literal: string): string =>
  literal.replace(inString, (found, wrong?: string) =>
    wrong !== undefined ? wrong : found < " " ? JSON.stringify(found).slice(1, -1) : found
  )

/** The index behind the string that begins at `start`. */
const endOfString = (text: string, start: number): number => {
  const mark = /["\\]/g
  mark.lastIndex = start + 1
  for (let match = mark.exec(text); match !== null; match = mark.exec(text)) {
    if (match[0] === '"') return mark.lastIndex
    mark.lastIndex++
  }
  return text.length
}

/** The index behind the comment that begins at `start`; `start` itself when there is none. */
const endOfComment = (text: string, start: number): number => {
  const block = text.startsWith("/*", start)
  if (!block && !text.startsWith("//", start)) return start
  const end = block ? text.indexOf("*/", start + 2) : text.indexOf("\n", start)
  return end < 0 ? text.length : block ? end + 2 : end
}

export const repaired = (text: string): string => {
  const bare = unwrapped(text)
  const source = isEscapedWhole(bare) ? unescaped(bare) : bare
  const mark = /["/,}\]]/g
  const parts: Array<string> = []
  let comma = ""
  const push = (part: string) => {
    if (/\S/.test(part)) {
      parts.push(comma)
      comma = ""
    }
    parts.push(part)
  }
  for (let at = 0; at < source.length; ) {
    mark.lastIndex = at
    const found = mark.exec(source)?.index ?? source.length
    push(source.slice(at, found))
    at = found + 1
    const character = source[found]
    if (character === '"') {
      at = endOfString(source, found)
      push(fixedString(source.slice(found, at)))
    } else if (character === "/") {
      const end = endOfComment(source, found)
      if (end > found) at = end
      else push("/")
    } else if (character === ",") comma = ","
    else if (character !== undefined) {
      comma = ""
      push(character)
    }
  }
  return parts.join("")
}

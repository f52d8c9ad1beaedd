// Telegram's HTML → plain text and entities, or the exact complaint with its byte offset. A scanner by hand, because the rules are not
// those of HTML: strictly nested tags, its own tag list, name tokens, and an end of text that counts as a blank.
// @source reference/telegram-bot-api.md §3 (td MessageEntity.cpp, parse_html)
import { Either } from "effect"
import type { Entity, FormattedText } from "../Wire.ts"
import { characterReference } from "./CharacterReference.ts"
import { argumentOf, closed, isKnownTag, type OpenTag } from "./HtmlTags.ts"

type Step<A> = Either.Either<A, string>

const isBlank = (character: string) => character === "" || /[ \t\r\n\v\0]/.test(character)

/** Where the scanner stands; `""` means the end of the text. */
class Scanner {
  at = 0
  readonly source: string
  constructor(source: string) {
    this.source = source
  }
  next(): string {
    return this.source[this.at] ?? ""
  }
  /** Goes on until `stop` or the end; what was passed. */
  until(stop: (character: string) => boolean): string {
    const from = this.at
    while (this.next() !== "" && !stop(this.next())) this.at++
    return this.source.slice(from, this.at)
  }
  blanks() {
    this.until((character) => !isBlank(character))
  }
  /** " at byte offset N", counted in the UTF-8 that the client sent. */
  offset(at: number): string {
    return ` at byte offset ${Buffer.byteLength(this.source.slice(0, at))}`
  }
}

const quoted = (scan: Scanner): string => {
  const quote = scan.next()
  let value = ""
  scan.at++
  while (scan.next() !== "" && scan.next() !== quote) {
    const reference = scan.next() === "&" ? characterReference(scan.source, scan.at) : undefined
    value += reference === undefined ? scan.next() : String.fromCodePoint(reference.code)
    scan.at = reference?.next ?? scan.at + 1
  }
  if (scan.next() === quote) scan.at++
  return value
}

const nameToken = (scan: Scanner): Step<string> => {
  const from = scan.at
  const value = scan.until((character) => !/[a-zA-Z0-9.-]/.test(character)).toLowerCase()
  return isBlank(scan.next()) || scan.next() === ">"
    ? Either.right(value)
    : Either.left(`Unexpected end of name token${scan.offset(from)}`)
}

/** One attribute; a name without a value has the value undefined. */
const attribute = (
  scan: Scanner,
  tag: string,
  from: number
): Step<{ readonly name: string; readonly value: string | undefined }> =>
  Either.gen(function* () {
    const name = scan.until((character) => isBlank(character) || /[=>/"']/.test(character))
    if (name === "") {
      return yield* Either.left(`Empty attribute name in the tag "${tag}"${scan.offset(from)}`)
    }
    scan.blanks()
    const assigned = scan.next() === "="
    if (assigned) {
      scan.at++
      scan.blanks()
    }
    if (scan.next() === "") return yield* Either.left(`Unclosed start tag "${tag}"${scan.offset(from)}`)
    if (!assigned) return { name, value: undefined }
    const value = /['"]/.test(scan.next()) ? quoted(scan) : yield* nameToken(scan)
    if (scan.next() === "") return yield* Either.left(`Unclosed start tag${scan.offset(from)}`)
    return { name, value }
  })

const startTag = (scan: Scanner, from: number, offset: number): Step<OpenTag> =>
  Either.gen(function* () {
    const name = scan.until((character) => isBlank(character) || character === ">").toLowerCase()
    if (scan.next() === "") return yield* Either.left(`Unclosed start tag${scan.offset(from)}`)
    if (!isKnownTag(name)) {
      return yield* Either.left(`Unsupported start tag "${name}"${scan.offset(from)}`)
    }
    let argument = ""
    let format: string | undefined
    for (scan.blanks(); scan.next() !== ">"; scan.blanks()) {
      const read = yield* attribute(scan, name, from)
      argument = argumentOf(name, read.name, read.value ?? "") ?? argument
      if (name === "tg-time" && read.name === "format") format = read.value
    }
    if (name === "span" && argument !== "spoiler") {
      return yield* Either.left(`Tag "span" must have class "tg-spoiler"${scan.offset(from)}`)
    }
    return { name, argument, format, offset }
  })

const endTag = (scan: Scanner, from: number, open: OpenTag | undefined): Step<OpenTag> =>
  Either.gen(function* () {
    if (open === undefined) return yield* Either.left(`Unexpected end tag${scan.offset(from)}`)
    scan.at++
    const name = scan.until((character) => isBlank(character) || character === ">").toLowerCase()
    scan.blanks()
    if (scan.next() !== ">") return yield* Either.left(`Unclosed end tag${scan.offset(from)}`)
    if (name !== "" && name !== open.name) {
      return yield* Either.left(
        `Unmatched end tag${scan.offset(from)}, expected "</${open.name}>", found "</${name}>"`
      )
    }
    return open
  })

/** A `code` keeps its language only inside `pre`. */
const withoutCodeLanguage = (entity: Entity): Entity => {
  if (entity.type !== "code" || entity.language === undefined) return entity
  const { language: _, ...rest } = entity
  return rest
}

/** Parses as Telegram does; the failure is the text after "can't parse entities: ". */
export const parseHtml = (source: string): Step<FormattedText> =>
  Either.gen(function* () {
    const scan = new Scanner(source)
    const open: Array<OpenTag> = []
    let entities: ReadonlyArray<Entity> = []
    let text = ""
    while (scan.next() !== "") {
      const from = scan.at
      const reference = scan.next() === "&" ? characterReference(source, from) : undefined
      if (scan.next() !== "<") {
        text += reference === undefined ? scan.next() : String.fromCodePoint(reference.code)
        scan.at = reference?.next ?? from + 1
        continue
      }
      scan.at++
      if (scan.next() === "/") {
        entities = yield* closed(entities, yield* endTag(scan, from, open.at(-1)), text)
        open.pop()
      } else {
        open.push(yield* startTag(scan, from, text.length))
      }
      scan.at++
    }
    const left = open.at(-1)
    if (left !== undefined) {
      return yield* Either.left(`Can't find end tag corresponding to start tag "${left.name}"`)
    }
    if (/\p{Surrogate}/u.test(text)) {
      return yield* Either.left(
        "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units"
      )
    }
    return { text, entities: entities.map(withoutCodeLanguage) }
  })

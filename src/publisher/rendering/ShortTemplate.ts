// The short templates of a label, a link and its parameters: Liquid again, but every name must be known and every value is one short line,
// so that a slip of the pen shows when the catalog is read and not in a post that lacks what the law asks for.
import { Either, type Option } from "effect"
import { bounds, makeEngine, placeOf } from "./Engine.ts"
import { outputOf } from "./Escaping.ts"
import { linkOf } from "./Links.ts"
import { lengthOf, type Markup, textsOf, toHtml } from "./Markup.ts"
import { parseHtml } from "./ParseHtml.ts"
import { isVisible } from "./PlainText.ts"
import { samples } from "./Template.ts"
import { type Subject, shownLink } from "./Variables.ts"

/** A label that leaves room for the post: UTF-16 units as read, and as Telegram's HTML. */
export const longestLabel = { text: 400, html: 1_000 } as const

/** Of one value. */
const longestValue = 64

const engines = {
  text: makeEngine({ strictVariables: true }),
  markup: makeEngine({ strictVariables: true, outputEscape: outputOf })
}

/** Fills a template; left: what is wrong with it, as a clause. */
export type Fill = (subject: Subject) => Either.Either<string, string>

const lineOf = (value: string | undefined): string =>
  [...(value ?? "").replace(/\s+/g, " ").trim()].slice(0, longestValue).join("")

const valuesOf = (subject: Subject): Readonly<Record<string, unknown>> => {
  const { item, event, wording } = subject
  const link = linkOf(item.link) ?? ""
  const url = link === "" ? undefined : new URL(link)
  return {
    ...{ link, host: url?.hostname ?? "", path: url?.pathname ?? "", query: url?.search.slice(1) ?? "" },
    // Of a label: where its post leads.
    shown: shownLink(subject) ?? "",
    ...{ event, source: wording?.source ?? "", channel: wording?.channel ?? "", erid: wording?.erid ?? "" },
    ...{ turn: wording?.turn ?? 0, locale: wording?.locale ?? "en" },
    ...{
      id: lineOf(item.offer?.id ?? item.guid),
      brand: lineOf(item.offer?.brand),
      author: lineOf(item.author)
    }
  }
}

const complaint = (error: unknown): string => {
  const { line, detail } = placeOf(error)
  return `cannot be used${line > 1 ? `, its line ${line}` : ""}: ${detail}`
}

const compile = (text: string, as: keyof typeof engines): Either.Either<Fill, string> =>
  Either.try({
    try: () => engines[as].parse(text),
    catch: complaint
  }).pipe(
    Either.map(
      (parts): Fill =>
        (subject) =>
          Either.try({
            try: () => String(engines[as].renderSync(parts, valuesOf(subject), bounds)),
            catch: complaint
          })
    )
  )

const wording = {
  source: "shop",
  channel: "deals",
  locale: "en",
  zone: "UTC",
  ordinal: 0,
  turn: 0,
  erid: "2VtzqvExample",
  label: []
}

const subjects: ReadonlyArray<Subject> = samples.map((item) => ({ item, event: "new", wording }))

/** Compiles, and tries it on the samples: left is its first fault. */
const tried = (
  text: string,
  as: keyof typeof engines,
  faultOf: (filled: string, subject: Subject) => string | undefined
): Either.Either<Fill, string> =>
  Either.gen(function* () {
    const fill = yield* compile(text, as)
    for (const subject of subjects) {
      const wrong = faultOf(yield* fill(subject), subject)
      if (wrong !== undefined) return yield* Either.left(wrong)
    }
    return fill
  })

/** What a label's text says, as markup. */
export const labelMarkup = (filled: string): Markup => parseHtml(filled, { kind: "template" }).markup

const labelFault = (filled: string): string | undefined => {
  const markup = labelMarkup(filled)
  if (
    !isVisible(
      textsOf(markup)
        .map(({ text }) => text)
        .join("")
    )
  )
    return "shows nothing"
  if (lengthOf(markup) > longestLabel.text) return `is longer than ${longestLabel.text} characters`
  return toHtml(markup).length > longestLabel.html
    ? `has more than ${longestLabel.html} characters of markup`
    : undefined
}

/** The template of a label. */
export const labelTemplate = (text: string): Either.Either<Fill, string> => tried(text, "markup", labelFault)

/** The template of an address. */
export const linkTemplate = (text: string): Either.Either<Fill, string> =>
  tried(text, "text", (filled, { item }) =>
    item.link !== undefined && !/^https?:/.test(linkOf(filled.trim()) ?? "")
      ? `makes no http or https address (but "${filled.slice(0, 100)}")`
      : undefined
  )

/** The template of a parameter. */
export const valueTemplate = (text: string): Either.Either<Fill, string> =>
  tried(text, "text", () => undefined)

/** The judges of the catalog: none when a text is good. */
export const checkWords = {
  label: (text: string): Option.Option<string> => Either.getLeft(labelTemplate(text)),
  link: (text: string): Option.Option<string> => Either.getLeft(linkTemplate(text)),
  value: (text: string): Option.Option<string> => Either.getLeft(valueTemplate(text))
}

// Compares what the readers understood with what an expectation says: one check per field, named so that a deviation can be listed.
// Links and ids are compared exactly but for a trailing slash; texts without tags, entities and white space; dates by their time.
import { feedDate } from "../../src/sources/reading/FeedDate.ts"
import { cut, plainText } from "../../src/sources/reading/PlainText.ts"
import type { Reading } from "./Corpora.ts"
import type { Expectation, ExpectedItem } from "./Expectations.ts"

export interface Check {
  readonly corpus: string
  /** "feedparser/wellformed/x.xml items[0].link": what `deviations.ts` names. */
  readonly name: string
  readonly passed: boolean
  readonly wanted: unknown
  readonly got: unknown
}

const tight = (line: string) => line.replace(/\s+/g, "")
const textOf = (html: string) => tight(plainText(cut(html, 16_000), 8_000))

/** Bodies are kept up to a length in markup, so of long ones only the beginnings of their texts can be compared. */
const sameText = (one: string, other: string) => {
  const length = Math.min(one.length, other.length)
  return one === other || (length > 1_000 && one.slice(0, length) === other.slice(0, length))
}
const address = (url: string | undefined) => url?.replace(/\/$/, "")

const sameTitle = (wanted: string, got: string) =>
  [tight(plainText(wanted)), tight(wanted)].includes(tight(got)) || textOf(wanted) === textOf(got)
const sameBody = (wanted: ReadonlyArray<string>, got: string) =>
  wanted.some((html) => sameText(textOf(html), textOf(got)) || tight(html) === tight(plainText(got)))
const sameDate = (wanted: ReadonlyArray<string>, got: number | undefined) =>
  wanted.some((date) => feedDate(date) === got)

const itemChecks = (wanted: ExpectedItem, got: Reading["items"][number] | undefined) => {
  const { bodies = [], dates = [], id, link, title } = wanted
  return [
    ...(title === undefined
      ? []
      : [["title", sameTitle(title, got?.title ?? ""), title, got?.title] as const]),
    ...(link === undefined ? [] : [["link", address(link) === address(got?.link), link, got?.link] as const]),
    ...(id === undefined ? [] : [["id", address(id) === address(got?.guid), id, got?.guid] as const]),
    ...(dates.length === 0
      ? []
      : [["date", sameDate(dates, got?.publishedAt), dates, got?.publishedAt] as const]),
    ...(bodies.length === 0 ? [] : [["body", sameBody(bodies, got?.body ?? ""), bodies, got?.body] as const])
  ]
}

export const checksOf = (expected: Expectation, { items, title }: Reading): ReadonlyArray<Check> => {
  const { corpus, path } = expected
  return [
    ...(expected.title === undefined
      ? []
      : [["title", sameTitle(expected.title, title), expected.title, title] as const]),
    ...(expected.count === undefined
      ? []
      : [["count", expected.count === items.length, expected.count, items.length] as const]),
    ...expected.items.flatMap(([index, item]) =>
      itemChecks(item, items[index]).map(
        ([field, passed, wanted, got]) => [`items[${index}].${field}`, passed, wanted, got] as const
      )
    )
  ].map(([field, passed, wanted, got]) => ({ corpus, name: `${path} ${field}`, passed, wanted, got }))
}

/** A failed check, for people. */
export const described = ({ got, name, wanted }: Check) =>
  `${name}: wanted ${JSON.stringify(wanted)?.slice(0, 200)}, got ${JSON.stringify(got)?.slice(0, 200)}`

/** How many checks of each corpus passed. */
export const scoresOf = (checks: ReadonlyArray<Check>) => {
  const scores: Record<string, { checks: number; passed: number; percent: number }> = {}
  for (const { corpus, passed } of checks) {
    scores[corpus] ??= { checks: 0, passed: 0, percent: 0 }
    const score = scores[corpus]
    score.checks++
    if (passed) score.passed++
    score.percent = Math.round((1_000 * score.passed) / score.checks) / 10
  }
  return scores
}

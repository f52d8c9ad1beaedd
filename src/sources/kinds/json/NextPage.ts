// Where the next page of an API is: an address or a cursor in the answer, or the next number in the query. Nothing on the last page.
import { Either } from "effect"
import { parseExpression, parsePath } from "../../../domain/JsonExpression.ts"
import type { PageNumbers, Source } from "../../../domain/Source.ts"
import { absolute } from "../../reading/Links.ts"
import { evaluated } from "./Fields.ts"
import { isObject } from "./Find.ts"

/** What of a page tells whether there is another. */
export interface PageEnd {
  readonly url: string
  /** How many elements its list had. */
  readonly elements: number
  /** The answer without its list. */
  readonly rest: unknown
}

const fromAnswer = (written: string, { rest, url }: PageEnd): string | undefined => {
  const expression = Either.getOrUndefined(parseExpression(written))
  if (expression === undefined) return undefined
  const { instead, texts } = evaluated(expression, { value: rest, parents: [] })
  // JSON:API permits a link to be an object. @source https://jsonapi.org/format/#auto-id--link-objects
  const text = texts[0] ?? (isObject(instead) ? instead["href"] : undefined)
  return typeof text !== "string" || text === "false" ? undefined : absolute(text, url)
}

/** The number of the last page, when the answer is to say it. */
const lastOf = (until: string, rest: unknown): number | undefined => {
  if (until === "empty") return undefined
  const path = Either.getOrUndefined(parsePath(until))
  const [text] =
    path === undefined ? [] : evaluated({ _tag: "Path", path }, { value: rest, parents: [] }).texts
  return text === undefined ? undefined : Number(text)
}

const byNumber = ({ from, parameter, step, until }: PageNumbers, page: PageEnd): string | undefined => {
  const url = new URL(page.url)
  const number = Number(url.searchParams.get(parameter) ?? from)
  const last = lastOf(until, page.rest)
  if (page.elements === 0 || !Number.isFinite(number) || (last !== undefined && number >= last))
    return undefined
  url.searchParams.set(parameter, `${number + step}`)
  return url.href
}

/** The address of the next page; never the page itself. */
export const nextPageOf = ({ next, page }: Source, end: PageEnd): string | undefined => {
  const url = next === undefined ? page && byNumber(page, end) : fromAnswer(next, end)
  return url === end.url ? undefined : url
}

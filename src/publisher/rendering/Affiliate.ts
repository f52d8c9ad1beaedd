// The link that readers follow, made of an item's own by the source's templates. Pure. Promises: the item's own link is only read; the rest of
// an address stays as it was, byte for byte; where no usable address comes of it, the item's own link is the answer, with its parameters.
import { Either } from "effect"
import type { Affiliate } from "../../domain/Source.ts"
import { linkOf } from "./Links.ts"
import { type Fill, linkTemplate, valueTemplate } from "./ShortTemplate.ts"
import type { Subject } from "./Variables.ts"

/** Undefined where the item has no link. */
export type Rewrite = (subject: Subject) => string | undefined

type Parameters = ReadonlyArray<readonly [name: string, value: string]>

/** Parameters of the same names go; empty values are left out. */
export const withParameters = (link: string, parameters: Parameters): string => {
  const hash = link.indexOf("#")
  const [page, fragment] = hash < 0 ? [link, ""] : [link.slice(0, hash), link.slice(hash)]
  const [path = "", ...rest] = page.split("?")
  const added = parameters.filter(([, value]) => value !== "")
  const names = new Set(added.map(([name]) => encodeURIComponent(name)))
  const pairs = [
    ...rest
      .join("?")
      .split("&")
      .filter((pair) => pair !== "" && !names.has(pair.split("=")[0] ?? "")),
    ...added.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
  ]
  return added.length === 0 ? link : `${path}?${pairs.join("&")}${fragment}`
}

/** Left: what is wrong with a template. */
export const rewriting = ({ link, query = {}, erid }: Affiliate): Either.Either<Rewrite, string> =>
  Either.gen(function* () {
    const whole = link === undefined ? undefined : yield* linkTemplate(link)
    const values: Array<readonly [string, Fill]> = []
    for (const [name, text] of Object.entries(query)) values.push([name, yield* valueTemplate(text)])
    return (subject) => {
      const own = linkOf(subject.item.link)
      if (own === undefined) return undefined
      const parameters: Parameters = [
        ...values.map(([name, fill]) => [name, Either.getOrElse(fill(subject), () => "").trim()] as const),
        ...(erid === undefined ? [] : [["erid", erid] as const])
      ]
      const filled = whole === undefined ? own : Either.getOrElse(whole(subject), () => own).trim()
      const made = linkOf(filled)
      return (
        linkOf(withParameters(made !== undefined && /^https?:/.test(made) ? made : own, parameters)) ?? own
      )
    }
  })

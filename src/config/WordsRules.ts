// Whether the short templates of a source or channel (label, link, its parameters) can be used. Pure; what a template can do is known to
// rendering, which brings the judge.
import { Option } from "effect"
import type { Affiliate } from "../domain/Source.ts"
import type { Path } from "./Place.ts"

/** None when a text is good as such, else what is wrong with it, as a clause that follows its key. */
export interface CheckWords {
  readonly label: (text: string) => Option.Option<string>
  readonly link: (text: string) => Option.Option<string>
  /** Of a parameter. */
  readonly value: (text: string) => Option.Option<string>
}

/** Where nothing is rendered. */
export const anyWords: CheckWords = { label: Option.none, link: Option.none, value: Option.none }

/** A source, or a channel. */
export interface Worded {
  readonly label?: string
  readonly affiliate?: Affiliate
}

/** Each template that cannot be used, by its place below the source or channel. */
export const wordFaults = (
  { label, affiliate }: Worded,
  check: CheckWords,
  of: "source" | "channel"
): ReadonlyArray<readonly [path: Path, message: string]> => {
  const judged = (path: Path, text: string | undefined, as: keyof CheckWords) =>
    (text === undefined ? [] : Option.toArray(check[as](text))).map((message) => [path, message] as const)
  const tokenless = affiliate?.erid === undefined && of === "source" && /\{\{[^}]*\berid\b/.test(label ?? "")
  return [
    ...(tokenless ? [[["label"], "speaks of erid, but there is no affiliate.erid"] as const] : []),
    ...judged(["label"], label, "label"),
    ...judged(["affiliate", "link"], affiliate?.link, "link"),
    ...Object.entries(affiliate?.query ?? {}).flatMap(([name, value]) =>
      judged(["affiliate", "query", name], value, "value")
    )
  ]
}

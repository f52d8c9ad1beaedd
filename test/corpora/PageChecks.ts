// How the corpora tests of pages keep score.
import { isDeepStrictEqual } from "node:util"
import { assert } from "@effect/vitest"
import { plainText } from "../../src/sources/reading/PlainText.ts"
import { pageDeviations } from "./deviations.ts"

export interface Check {
  readonly name: string
  readonly wanted: unknown
  readonly got: unknown
}

/** Fails on a difference that is not listed and on a listed one that is none; prints the score. */
export const judge = (corpus: string, checks: ReadonlyArray<Check>, title = corpus) => {
  const wrong = checks.filter(({ got, wanted }) => !isDeepStrictEqual(got, wanted))
  const names = new Set(wrong.map(({ name }) => name))
  const listed = pageDeviations
    .flatMap((deviation) => deviation.names)
    .filter((name) => name.startsWith(corpus))
  const passed = checks.length - wrong.length
  console.table({
    [title]: { checks: checks.length, passed, percent: Math.round((1_000 * passed) / checks.length) / 10 }
  })
  assert.deepStrictEqual(
    wrong.filter(({ name }) => !listed.includes(name)),
    [],
    "deviations that are not listed"
  )
  assert.deepStrictEqual(
    listed.filter((name) => checks.some((check) => check.name === name) && !names.has(name)),
    [],
    "listed deviations that are none"
  )
}

/** The words of an HTML text without any space. */
export const tight = (text: string | null | undefined) => plainText(text ?? "").replace(/\s+/g, "")

// The fast reader of catalogs beside the `yaml` package: the same value or none, never another one.
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Either, Option } from "effect"
import * as fc from "fast-check"
import { plainYaml } from "../../src/config/PlainYaml.ts"
import { packageValue } from "../../src/config/YamlValue.ts"

const root = join(import.meta.dirname, "../..")
const runs = 1_000

/** Whether it was read; fails when it was read otherwise than by the package. */
const agrees = (text: string): boolean => {
  const plain = plainYaml(text)
  if (Option.isNone(plain)) return false
  const { value } = Either.getOrThrow(packageValue("catalog", text))
  assert.deepStrictEqual(plain.value, value, JSON.stringify(text))
  return true
}

const usualKeys = ["kind", "url", "ключ", "x.y", "c-d", "2nd", "'s t'", '"q: k"']
const oddKeys = [
  "1",
  "true",
  "~",
  "__proto__",
  "constructor",
  "-1",
  "a b",
  "? a",
  "0x1f",
  '"\\x41"',
  "<<",
  "kind"
]
const usualScalars = [
  ...["rss", "1 day", "https://x.example/a?b=c&d=e#f", "-1001234567890", "12", "0.5", "007", "true", "False"],
  ...[
    "null",
    '"@news"',
    "'it''s'",
    '"a\\"b\\\\c\\u00e9"',
    "10:30",
    "2024-01-01",
    "a#c",
    "a  b",
    "привет",
    "=EUR"
  ]
]
const oddScalars = [
  ...[
    "~",
    '"\\x41"',
    "a: b",
    "a #c",
    "+5",
    "-0",
    "0o17",
    "0x1F",
    "1e5",
    "1.",
    ".5",
    "-.5",
    ".inf",
    "1.2.3",
    "*a"
  ],
  ...[
    "&a b",
    "!t b",
    "|",
    "- a",
    "-a",
    "---",
    "...",
    "@x",
    "%a",
    "a,b",
    "a]b",
    "a{b",
    "[x",
    "😀",
    "a:",
    ":a",
    "?"
  ],
  ...["", "<<", "9".repeat(25), "1.7e400", "nullx", "a\tb", "'a", '"a', "a'b", "{{ a }}", "\u00a0", "\u2028"]
]

/** Mostly what catalogs have, now and then what is hard to read. */
const among = (usual: ReadonlyArray<string>, odd: ReadonlyArray<string>) =>
  fc.oneof(
    { arbitrary: fc.constantFrom(...usual), weight: 40 },
    { arbitrary: fc.constantFrom(...odd), weight: 1 }
  )
const scalar = among(usualScalars, oddScalars)
const keys = fc.uniqueArray(among(usualKeys, oddKeys), { minLength: 1, maxLength: 4 })
const colon = among([": "], [":", " : ", ":  "])
const tail = among(["", " ", " # why"], ["#c", "  #", " x"])
const between = among(["", "", "", "\n", "# c\n", "      # c: d\n"], ["   \n", "\t\n"])

const { flow } = fc.letrec<{ flow: string; list: string; map: string }>((tie) => ({
  flow: fc.oneof({ maxDepth: 3 }, { arbitrary: scalar, weight: 3 }, tie("list"), tie("map")),
  list: fc
    .tuple(fc.array(tie("flow"), { maxLength: 3 }), among([", ", ","], [" , ", ",,"]))
    .map(([values, comma]) => `[${values.join(comma)}]`),
  map: keys.chain((names) =>
    fc
      .tuple(...names.map((name) => fc.tuple(colon, tie("flow")).map((rest) => [name, ...rest].join(""))))
      .map((pairs) => `{ ${pairs.join(", ")} }`)
  )
}))

const element = (depth: number, indent: string): fc.Arbitrary<string> =>
  fc.oneof(
    { arbitrary: fc.tuple(flow, tail).map((parts) => `${indent}- ${parts.join("")}\n`), weight: 3 },
    {
      arbitrary: block(depth + 1, `${indent}  `).map((text) => text.replace(/^( *) {2}(?=\S)/, "$1- ")),
      weight: 1
    }
  )
const list = (depth: number, indent: string) =>
  fc.array(element(depth, indent), { minLength: 1, maxLength: 3 }).map((lines) => lines.join(""))

const block = (depth: number, indent: string): fc.Arbitrary<string> => {
  const here = fc.tuple(colon, flow, tail).map((parts) => `${parts.join("")}\n`)
  const below = among(["  ", "    "], ["", " "]).chain((more) =>
    fc.oneof(block(depth + 1, indent + more), list(depth + 1, indent + more), list(depth + 1, indent))
  )
  const nested = fc.tuple(tail, below).map((parts) => `:${parts.join("\n")}`)
  const value = depth > 2 ? here : fc.oneof({ arbitrary: here, weight: 3 }, { arbitrary: nested, weight: 1 })
  return keys
    .chain((names) =>
      fc.tuple(
        ...names.map((name) => fc.tuple(between, value).map(([gap, rest]) => `${gap}${indent}${name}${rest}`))
      )
    )
    .map((entries) => entries.join(""))
}

const broken = fc
  .tuple(
    block(0, ""),
    fc.nat(),
    fc.constantFrom("", " ", "\n", ":", "#", "-", "'", '"', ",", "{", "]", "\t", "\r\n", ": "),
    fc.nat(2)
  )
  .map(([text, place, odd, lost]) => {
    const at = place % text.length
    return text.slice(0, at) + odd + text.slice(at + lost)
  })

describe("the fast reader of catalogs", () => {
  it("reads the forms that catalogs are written in", () => {
    const catalog = `# Mine
channels:
  deals: { chat: "@deals", pace: { gap: 5 seconds } } # one line
  news:
    chat: -1001234567890
    caps:
    - per: 1 day
      posts: 3
    -   { per: 1 hour, posts: 1 }

sources:
    "shop":
        kind: rss
        url: https://shop.example/feed.xml?a=b:c#d
        to:
          - deals
          # and
          - 'news'
        where: { pattern: "\\\\blamp\\\\b", exclude: [] }
    empty: {}
admins: [1, 2]`
    assert.isTrue(agrees(catalog))
  })

  it("says what the package says, or nothing, of anything like a catalog", () => {
    let read = 0
    fc.assert(
      fc.property(block(0, ""), (text) => void (agrees(text) && read++)),
      { numRuns: runs }
    )
    assert.isAbove(read, runs / 3, "so many are plain")
  })

  it("says what the package says, or nothing, of broken ones", () => {
    let read = 0
    fc.assert(
      fc.property(broken, (text) => void (agrees(text) && read++)),
      { numRuns: runs }
    )
    assert.isAbove(read, 0)
  })

  it("says what the package says, or nothing, of every catalog that a test or the manual has", () => {
    const files = [
      join(root, "README.md"),
      ...readdirSync(join(root, "test"), { recursive: true, encoding: "utf8" })
        .filter((path) => path.endsWith(".ts"))
        .map((path) => join(root, "test", path))
    ]
    const texts = files
      .flatMap(
        (file) =>
          readFileSync(file, "utf8").match(/```yaml\n[\s\S]*?```|`[^`]*\b(?:channels|sources):[^`]*`/g) ?? []
      )
      .map((text) => text.replace(/^`(?:``yaml\n)?|(?:``)?`$/g, ""))
      .map((text) => text.replaceAll(`\n${/^ */.exec(text)?.[0]}`, "\n").trimStart())
      .map((text) => text.replace(/\$\{[^{}]*\}/g, "x"))
    assert.isAbove(texts.length, 50)
    assert.isAbove(texts.filter(agrees).length, 20)
  })

  it("leaves to the package what would take a deep stack, or more than a glance", () => {
    const deep = 100_000
    assert.isTrue(Option.isNone(plainYaml(`a: ${"[".repeat(deep)}${"]".repeat(deep)}`)))
    assert.isTrue(
      Option.isNone(plainYaml(Array.from({ length: 100 }, (_, at) => `${" ".repeat(at)}a:\n`).join("")))
    )
    for (const text of [
      "",
      "# nothing",
      "a: &x 1\nb: *x",
      "a: |\n  b",
      "a: b\n  c",
      "a: 1\r\n",
      "a: 1\na: 2",
      "a:\n"
    ])
      assert.isTrue(Option.isNone(plainYaml(text)), text)
  })
})

import { assert, describe, it } from "@effect/vitest"
import { Either } from "effect"
import { type CatalogEdit, editedText } from "../../src/config/CatalogText.ts"
import { unified } from "../../src/config/LineDiff.ts"

const written = `# Our channels. Ask Ann before you change them.
admins: [1, 2]

channels:
  deals:                       # the big one
    chat:   "@deals"
    pace: {gap: 3 seconds,perMinute: 15}


  news:
    chat: '@news'

# Where items come from.
sources:
  shop:                        # pays the rent
    kind: rss
    url:  https://shop.example/feed.xml   # with prices
    # every: 1 hour
    to: [deals]
    where:
      price: { min: 500 }

  blog: { kind: rss, url: "https://blog.example/rss", to: [news] }   # short
# the end
`

const add = (name: string, entry: object): CatalogEdit => ({
  section: "sources",
  name,
  change: { _tag: "Add", entry: { ...entry } }
})

const edited = (text: string, ...edits: ReadonlyArray<CatalogEdit>) =>
  Either.getOrThrowWith(editedText(text, edits), (why) => new Error(why))

const difference = (text: string, ...edits: ReadonlyArray<CatalogEdit>) =>
  unified(text.split("\n"), edited(text, ...edits).split("\n")).filter((line) => /^[+-]/.test(line))

describe("editedText", () => {
  it("adds a source behind the others and touches no other line", () => {
    const entry = {
      kind: "rss",
      url: "https://new.example/a b",
      to: ["deals", "news"],
      where: { price: { min: 5 } }
    }
    assert.deepStrictEqual(difference(written, add("new", entry)), [
      "+  new:",
      "+    kind: rss",
      "+    url: https://new.example/a b",
      "+    to: [deals, news]",
      "+    where: { price: { min: 5 } }"
    ])
  })

  it("changes, adds and takes away single keys of an entry; its comments stay", () => {
    const change: CatalogEdit = {
      section: "sources",
      name: "shop",
      change: { _tag: "Change", keys: { to: ["news"], every: "1 hour", where: undefined } }
    }
    assert.deepStrictEqual(difference(written, change), [
      "-    to: [deals]",
      "-    where:",
      "-      price: { min: 500 }",
      "+    to: [news]",
      "+    every: 1 hour"
    ])
    const inFlow: CatalogEdit = {
      section: "sources",
      name: "blog",
      change: { _tag: "Change", keys: { every: "1 day" } }
    }
    assert.deepStrictEqual(difference(written, inFlow).length, 2)
    assert.include(edited(written, inFlow), "# short")
  })

  it("removes an entry with what belongs to it, and nothing else", () => {
    const remove: CatalogEdit = { section: "channels", name: "news", change: { _tag: "Remove" } }
    const gone = difference(written, remove)
    assert.isTrue(gone.every((line) => line.startsWith("-")))
    assert.includeMembers([...gone], ["-  news:", "-    chat: '@news'"])
    assert.include(edited(written, remove), "# Where items come from.")
    assert.include(edited(written, remove), "# Our channels. Ask Ann before you change them.")
  })

  it("makes the section that is missing, empty, or written as {}", () => {
    for (const text of ["channels:\n  a: { chat: '@abcd' }\n", "sources:\n", "sources: {}\n", ""]) {
      assert.match(edited(text, add("x", { kind: "rss" })), /sources:\n {2}x:\n {4}kind: rss\n/)
    }
    assert.include(edited("sources:\n  # none yet\n", add("x", { kind: "rss" })), "# none yet")
  })

  it("writes as the file is written: its indentation, its ends of line", () => {
    const wide = "sources:\n    a:\n        kind: rss\n        to:\n        - x\n"
    assert.strictEqual(edited(wide, add("b", { kind: "rss" })), `${wide}    b:\n        kind: rss\n`)
    const windows = written.replaceAll("\n", "\r\n")
    assert.isFalse(/[^\r]\n/.test(edited(windows, add("b", { kind: "rss" }))))
  })

  it("says what is in the way", () => {
    const why = (text: string, one: CatalogEdit) =>
      Either.getOrElse(Either.flip(editedText(text, [one])), () => "done")
    assert.include(why(written, add("shop", {})), "a source shop already")
    assert.include(
      why(written, { section: "channels", name: "x", change: { _tag: "Remove" } }),
      "no channel x"
    )
    assert.include(why("sources: [", add("x", {})), "mistakes")
    assert.include(why("sources: [a]", add("x", {})), "by hand")
  })

  it("finds an entry whose name YAML takes for a number or for true", () => {
    const text = "sources:\n  2024:\n    kind: rss\n    url: https://old.example/\n  true:\n    kind: rss\n"
    const put: CatalogEdit = {
      section: "sources",
      name: "2024",
      change: { _tag: "Put", entry: { kind: "rss", url: "https://new.example/" } }
    }
    assert.strictEqual(edited(text, put), text.replace("old", "new"))
    assert.strictEqual(
      edited(text, { section: "sources", name: "true", change: { _tag: "Remove" } }),
      text.replace("  true:\n    kind: rss\n", "")
    )
  })

  it("takes away nothing that another place refers to", () => {
    const text =
      "sources:\n  a: &base\n    kind: rss\n    url: &where https://a.example/\n  b: *base\n  c:\n    kind: rss\n    url: *where\n"
    for (const change of [
      { _tag: "Remove" },
      { _tag: "Put", entry: { kind: "rss", url: "https://b.example/" } }
    ] as const)
      assert.match(
        Either.getOrElse(
          Either.flip(editedText(text, [{ section: "sources", name: "a", change }])),
          () => ""
        ),
        /anchor .* by hand/
      )
    assert.strictEqual(
      edited(text, { section: "sources", name: "b", change: { _tag: "Remove" } }),
      text.replace("  b: *base\n", "")
    )
  })

  it("adds a thousand at once", () => {
    const many = Array.from({ length: 1000 }, (_, n) =>
      add(`s${n}`, { kind: "rss", url: `https://e.example/${n}` })
    )
    const text = edited(written, ...many)
    assert.isTrue(text.startsWith(written.slice(0, written.indexOf("# the end"))))
    assert.include(text, "# the end")
  })
})

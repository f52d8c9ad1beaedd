import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as NodeContext from "@effect/platform-node/NodeContext"
import { assert, describe, it } from "@effect/vitest"
import { Console, Effect, Either, Option } from "effect"
import { CommandFailed } from "../../src/App/Failure.ts"
import { type ImportOptions, importList } from "../../src/App/Import.ts"
import { store } from "../../src/App/Layers.ts"
import { loadCatalog } from "../../src/config/CatalogSource.ts"
import { anyWords } from "../../src/config/WordsRules.ts"
import { AuditLog } from "../../src/outbox/AuditLog.ts"

const catalog = `channels:
  deals: { chat: "@deals" } # ours
  news: { chat: "@news_of_ours" }
sources:
  guardian: { kind: rss, url: "https://www.guardian.example/rss", to: [news] }
`

/** Runs the command on a list beside a catalog; what it says, how it ends, what the catalog is then. */
const imported = (
  list: string | Uint8Array,
  options: Partial<Omit<ImportOptions, "to">> & { readonly to?: string } = {}
) =>
  Effect.gen(function* () {
    const folder = yield* Effect.acquireRelease(
      Effect.sync(() => mkdtempSync(join(tmpdir(), "oncecast-import-"))),
      (made) => Effect.sync(() => rmSync(made, { recursive: true }))
    )
    const [path, file] = [join(folder, "oncecast.yaml"), join(folder, "list")]
    writeFileSync(path, catalog)
    writeFileSync(file, list)
    yield* Effect.acquireRelease(
      Effect.sync(() => {
        process.env["DATABASE_PATH"] = join(folder, "import.db")
      }),
      () => Effect.sync(() => void delete process.env["DATABASE_PATH"])
    )
    const said: Array<string> = []
    const told: Array<string> = []
    const console_: Console.Console = {
      ...(yield* Console.consoleWith(Effect.succeed)),
      log: (...words) => Effect.sync(() => void said.push(words.join(" "))),
      error: (...words) => Effect.sync(() => void told.push(words.join(" ").replace(`${file}:`, "")))
    }
    const ended = yield* importList(file, {
      start: "none",
      dryRun: false,
      ...options,
      config: Option.some(path),
      to: Option.fromNullable(options.to)
    }).pipe(Effect.withConsole(console_), Effect.either, Effect.provide(NodeContext.layer))
    const text = readFileSync(path, "utf8")
    const read = yield* loadCatalog(path, () => Option.none(), anyWords)
    const database = join(folder, "import.db")
    const log = existsSync(database)
      ? yield* Effect.flatMap(AuditLog, ({ entries }) => entries({ limit: 10 })).pipe(
          Effect.provide(store(database))
        )
      : []
    return { log, ended, said: said.join("\n"), told, text, sources: read.sources }
  })

describe("import", () => {
  it.scoped("adds the feeds with readable, unique names, and starts with nothing of what is there", () =>
    Effect.gen(function* () {
      const list = `https://a.example/feed The Verge
https://b.example/feed The Verge!
https://www.c.example/rss
https://d.example/feed Новости дня
https://e.example/feed deals
`
      const { ended, log, text, sources } = yield* imported(list, { to: "deals" })
      assert.lengthOf(log, 1)
      assert.match(log[0]?.by ?? "", / on the command line$/)
      assert.match(log[0]?.target ?? "", /^add sources\.the-verge, /)
      assert.isTrue(Either.isRight(ended))
      assert.deepStrictEqual(
        [...sources.values()].map(({ id, start, to }) => `${id} ${start} ${to.join(" ")}`),
        [
          "guardian none news",
          "the-verge none deals",
          "the-verge-2 none deals",
          "c-example none deals",
          "новости-дня none deals",
          "deals-2 none deals"
        ]
      )
      assert.isTrue(text.startsWith(catalog))
      assert.notInclude(text, "start:")
    })
  )

  it.scoped("skips what is in the catalog already, or twice in the list, and says so", () =>
    Effect.gen(function* () {
      const list =
        "http://guardian.example/rss/?utm_source=x\nhttps://a.example/feed\nhttp://www.a.example/feed/\n"
      const { ended, told, said, sources } = yield* imported(list, { to: "news" })
      assert.isTrue(Either.isRight(ended))
      assert.deepStrictEqual(told, [
        "1: http://guardian.example/rss/?utm_source=x is in the catalog as guardian already",
        "3: http://www.a.example/feed/ is in this file at line 2 already"
      ])
      assert.include(said, "1 source from a list of addresses; 2 already there")
      assert.strictEqual(sources.size, 2)
    })
  )

  it.scoped("imports the rest when lines are bad, names each, and ends with 1", () =>
    Effect.gen(function* () {
      const { ended, told, sources } = yield* imported("nonsense\nhttps://a.example/feed\n", {
        to: "news",
        start: 3
      })
      assert.isTrue(Either.isLeft(ended) && ended.left instanceof CommandFailed)
      assert.deepStrictEqual(told, [`1: "nonsense" is not an http or https URL`])
      assert.deepStrictEqual(
        [...sources.values()].map(({ start }) => start),
        ["none", 3]
      )
    })
  )

  it.scoped("shows what would change and changes nothing, when asked so", () =>
    Effect.gen(function* () {
      const { log, said, text } = yield* imported("https://a.example/feed", { to: "news", dryRun: true })
      assert.deepStrictEqual(log, [])
      assert.strictEqual(text, catalog)
      assert.include(said, "+  a-example:\n+    kind: rss\n+    url: https://a.example/feed\n+    to: [news]")
      assert.include(said, "Nothing was written")
    })
  )

  it.scoped("takes the channel that FR2T names where there is one, and asks for it where there is none", () =>
    Effect.gen(function* () {
      const list = `rss:
  - { name: A, url: "https://a.example/", sendTo: [news, deals] }
  - { name: B, url: "https://b.example/", sendTo: default }
`
      const without = yield* imported(list)
      assert.deepStrictEqual(
        [...without.sources.values()].map(({ to }) => to.join(" ")),
        ["news", "news deals"]
      )
      assert.deepStrictEqual(without.told, [
        "3: https://b.example/: which channel is it for (the file says default)? Say it with --to"
      ])
      assert.strictEqual((yield* imported(list, { to: "deals" })).sources.size, 3)
      const wrong = yield* imported(list, { to: "nowhere" })
      assert.isTrue(Either.isLeft(wrong.ended))
      if (Either.isLeft(wrong.ended)) assert.include(wrong.ended.left.message, "there are deals, news")
    })
  )

  it.scoped("reads the charset that the file is in, and hands no control character on", () =>
    Effect.gen(function* () {
      const opml = `<?xml version="1.0" encoding="windows-1251"?><opml><body><outline text="`
      const list = Buffer.concat([
        Buffer.from(opml),
        Buffer.from([0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2]),
        Buffer.from(`" xmlUrl="https://a.example/"/>\n<outline text="\u001b[31m" xmlUrl="x"/></body></opml>`)
      ])
      const { sources, told } = yield* imported(list, { to: "news" })
      assert.includeMembers([...sources.keys()].map(String), ["привет"])
      assert.notInclude(told.join(), "\u001b")
    })
  )
})

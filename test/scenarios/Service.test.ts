// The service as an operator meets it: the real program, a real feed over HTTP, the emulator as Telegram.
import { existsSync } from "node:fs"
import { get } from "node:http"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { shownText } from "../../src/sandbox/Messages.ts"
import {
  command,
  eventually,
  feed,
  folder,
  names,
  type Program,
  posts,
  running,
  start,
  telegram,
  until,
  writeCatalog
} from "./Program.ts"

const catalog = (
  url: string,
  rest: { readonly start?: string; readonly pace?: string; readonly to?: string } = {}
) => `
channels:
  news: { chat: "@scenario_news", pace: ${rest.pace ?? "{ gap: 0 seconds, perMinute: 1000 }"} }
  other: { chat: "@scenario_other", pace: ${rest.pace ?? "{ gap: 0 seconds, perMinute: 1000 }"} }
sources:
  feed:
    kind: rss
    url: ${url}
    every: 1 second
    start: ${rest.start ?? "all"}
    burst: false
    to: [${rest.to ?? "news"}]
    allowPrivate: true
`
const chats = ["scenario_news", "scenario_other"]

describe("the service", () => {
  it.scopedLive("posts a burst of 90 items exactly once to each of two channels, oldest first", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const tg = yield* telegram(chats)
      const source = yield* feed(names(90))
      yield* writeCatalog(path, catalog(source.url, { to: "news, other" }))
      yield* start(path, tg.env)
      for (const chat of chats) {
        yield* posts(tg, chat, 90)
        const texts = yield* tg.texts(`@${chat}`)
        const seen = texts.map((text) => /item-\d+/.exec(text)?.[0])
        assert.deepStrictEqual(seen, [...names(90)].reverse())
      }
    })
  )

  it.scopedLive(
    "posts only what is new after the first sight, and nothing again after a restart with a full feed",
    () =>
      Effect.gen(function* () {
        const path = yield* folder
        const tg = yield* telegram(chats)
        const source = yield* feed(names(20))
        yield* writeCatalog(path, catalog(source.url, { start: "2" }))
        const first = yield* start(path, tg.env)
        yield* posts(tg, "scenario_news", 2)
        source.set(["item-0021", ...names(20)])
        yield* posts(tg, "scenario_news", 3)
        const end = yield* first.end("SIGTERM")
        assert.strictEqual(end.code, 0)
        assert.isBelow(end.tookMs, 5_000)
        source.set(["item-0022", "item-0021", ...names(20)])
        yield* start(path, tg.env)
        yield* posts(tg, "scenario_news", 4)
        assert.deepStrictEqual(yield* tg.emulator.control.duplicateTexts("@scenario_news"), [])
      })
  )

  it.scopedLive("loses nothing and doubles nothing when it is killed again and again while it posts", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const tg = yield* telegram(chats)
      const source = yield* feed(names(60))
      yield* writeCatalog(path, catalog(source.url, { pace: "{ gap: 0 seconds, perMinute: 600 }" }))
      // A kill between the request and its record leaves an outcome that only the channel knows; a person looks and says so.
      const lookAndSay = (program: Program) =>
        Effect.gen(function* () {
          for (const row of (yield* program.deliveries).filter(({ state }) => state === "unknown")) {
            const standing = yield* Effect.orDie(tg.emulator.control.standing("@scenario_news"))
            const post = standing.find((message) => shownText(message).text.includes(row.title))
            const found = post === undefined ? ["--absent"] : ["--sent", `${post.id}`]
            assert.strictEqual((yield* command(path, ["settle", `${row.id}`, ...found], tg.env)).code, 0)
          }
        })
      const posted = (program: Program, count: number) =>
        until(
          `${count} posts`,
          Effect.zipRight(
            lookAndSay(program),
            Effect.map(tg.texts("@scenario_news"), (texts) => texts.length >= count)
          )
        )
      for (let round = 1; round <= 3; round++) {
        const program = yield* start(path, tg.env)
        yield* posted(program, round * 10)
        yield* program.end("SIGKILL")
      }
      yield* posted(yield* start(path, tg.env), 60)
      assert.deepStrictEqual(yield* tg.emulator.control.duplicateTexts("@scenario_news"), [])
      assert.strictEqual((yield* tg.texts("@scenario_news")).length, 60)
    })
  )

  it.scopedLive("waits as long as Telegram asks after a 429, in that channel only", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const tg = yield* telegram(chats)
      const source = yield* feed(names(4))
      yield* tg.emulator.control.fault({
        stage: "received",
        action: { kind: "error", code: 429, description: "Too Many Requests: retry after 4", retryAfter: 4 },
        chat: "@scenario_news"
      })
      yield* writeCatalog(path, catalog(source.url, { to: "news, other" }))
      yield* start(path, tg.env)
      yield* posts(tg, "scenario_other", 4)
      assert.strictEqual((yield* tg.texts("@scenario_news")).length, 0)
      yield* posts(tg, "scenario_news", 4)
      const calls = (yield* tg.emulator.control.calls("sendMessage")).filter(
        (call) => call.chat === "@scenario_news"
      )
      assert.isAtLeast((calls[1]?.at ?? 0) - (calls[0]?.at ?? 0), 4_000)
    })
  )

  it.scopedLive(
    "never sends again blindly what Telegram took without an answer, and goes on when a person has decided",
    () =>
      Effect.gen(function* () {
        const path = yield* folder
        const tg = yield* telegram(chats)
        const source = yield* feed(names(3))
        yield* tg.emulator.control.fault({
          stage: "processed",
          action: { kind: "rst" },
          chat: "@scenario_news",
          nth: 2
        })
        yield* writeCatalog(path, catalog(source.url, { to: "news, other" }))
        const program = yield* start(path, tg.env)
        yield* posts(tg, "scenario_other", 3)
        yield* until(
          "the frozen delivery",
          Effect.map(program.deliveries, (rows) => rows.some((row) => row.state === "unknown"))
        )
        assert.strictEqual((yield* tg.texts("@scenario_news")).length, 2)
        const news = (yield* program.status).channels.find((channel) => channel.id === "news")
        assert.strictEqual(news?.activity.is, "frozen")
        const [row] = (yield* program.deliveries).filter((delivery) => delivery.state === "unknown")
        const settled = yield* command(path, ["settle", `${row?.id}`, "--sent", "2"], tg.env)
        assert.strictEqual(settled.code, 0, settled.err)
        yield* posts(tg, "scenario_news", 3)
        assert.deepStrictEqual(yield* tg.emulator.control.duplicateTexts("@scenario_news"), [])
      })
  )

  it.scopedLive("finishes and records the send in flight when it is told to stop", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const tg = yield* telegram(chats)
      const source = yield* feed(names(1))
      yield* tg.emulator.control.fault({ stage: "processed", action: { kind: "delay", ms: 1_000 } })
      yield* writeCatalog(path, catalog(source.url))
      const program = yield* start(path, tg.env)
      yield* until(
        "the send in flight",
        Effect.map(tg.emulator.control.calls("sendMessage"), (calls) => calls.length === 1)
      )
      const end = yield* program.end("SIGTERM")
      assert.strictEqual(end.code, 0)
      assert.isBelow(end.tookMs, 5_000)
      const rows = yield* command(path, ["deliveries", "--json"], tg.env)
      assert.include(rows.out, '"state": "sent"')
    })
  )

  it.scopedLive(
    "applies a changed catalog without a restart, and keeps the old one when the new one is bad",
    () =>
      Effect.gen(function* () {
        const path = yield* folder
        const tg = yield* telegram(chats)
        const source = yield* feed(names(1))
        yield* writeCatalog(path, catalog(source.url))
        const program = yield* start(path, tg.env)
        yield* posts(tg, "scenario_news", 1)
        yield* writeCatalog(path, `${catalog(source.url)}    colour: red\n`)
        yield* eventually("the refusal", () =>
          /oncecast\.yaml:\d+: sources\.feed\.colour is not a known key/.test(program.output())
        )
        source.set(names(2))
        yield* posts(tg, "scenario_news", 2)
        yield* writeCatalog(path, catalog(source.url, { to: "other" }))
        source.set(names(3))
        yield* posts(tg, "scenario_other", 1)
        assert.strictEqual((yield* tg.texts("@scenario_news")).length, 2)
      })
  )

  it.scopedLive("pauses and resumes a channel from another process", () =>
    Effect.gen(function* () {
      const { path, tg, source, program } = yield* running(chats, catalog)
      yield* posts(tg, "scenario_news", 1)
      assert.include((yield* command(path, ["pause", "news"], tg.env)).out, "paused")
      source.set(names(2))
      yield* until(
        "the delivery waits",
        Effect.map(program.status, (status) => status.channels[0]?.ledger?.counts.queued === 1)
      )
      assert.strictEqual((yield* program.status).channels[0]?.activity.is, "paused")
      assert.strictEqual((yield* tg.texts("@scenario_news")).length, 1)
      yield* command(path, ["resume", "news"], tg.env)
      yield* posts(tg, "scenario_news", 2)
    })
  )

  it.scopedLive("keeps a sick source from its neighbours", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const tg = yield* telegram(chats)
      const [good, bad] = [yield* feed(names(2)), yield* feed()]
      bad.answer((_request, response) => void response.end("<html><body>Shop closed</body></html>"))
      yield* writeCatalog(
        path,
        `${catalog(good.url)}  sick: { kind: rss, url: "${bad.url}", every: 1 second, to: [news], allowPrivate: true }\n`
      )
      const program = yield* start(path, tg.env)
      yield* posts(tg, "scenario_news", 2)
      yield* until(
        "the report",
        Effect.map(program.status, (status) =>
          status.sources.some((one) => one.lastPoll?.note.includes("cannot be read"))
        )
      )
      assert.strictEqual((yield* Effect.promise(() => fetch(`${program.url}/health/ready`))).status, 200)
    })
  )

  it.scopedLive("holds a flood of apparently new items until somebody releases it", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const tg = yield* telegram(chats)
      const source = yield* feed(names(12, "old"))
      yield* writeCatalog(path, catalog(source.url, { start: "none" }).replace("    burst: false\n", ""))
      const program = yield* start(path, tg.env)
      yield* until(
        "the first sight",
        Effect.map(program.status, (status) => status.sources[0]?.items === 12)
      )
      source.set(names(40, "flood"))
      yield* until(
        "the held burst",
        Effect.map(program.status, (status) => status.bursts.length === 1)
      )
      assert.strictEqual((yield* tg.texts("@scenario_news")).length, 0)
      assert.strictEqual((yield* command(path, ["release", "feed", "--newest", "3"], tg.env)).code, 0)
      yield* posts(tg, "scenario_news", 3)
    })
  )
})

describe("the command line", () => {
  it.scopedLive("ends with code 2 and every fault with its line on a bad catalog", () =>
    Effect.gen(function* () {
      const path = yield* folder
      yield* writeCatalog(
        path,
        "channels:\n  news: { chat: nonsense }\nsources:\n  feed: { kind: rss, url: x, to: [gone] }\n"
      )
      const { code, err } = yield* command(path, ["run"])
      assert.strictEqual(code, 2)
      assert.match(err, /oncecast\.yaml:2: channels\.news\.chat/)
      assert.match(err, /oncecast\.yaml:4: sources\.feed\.url/)
      assert.isFalse(existsSync(`${path}/data`))
    })
  )

  it.scopedLive("ends with code 2 on words it does not know, and with 1 on a port that is taken", () =>
    Effect.gen(function* () {
      const path = yield* folder
      assert.strictEqual((yield* command(path, ["posst"])).code, 2)
      const tg = yield* telegram(chats)
      const source = yield* feed([])
      yield* writeCatalog(path, catalog(source.url))
      const program = yield* start(path, tg.env)
      const port = new URL(program.url).port
      const second = yield* command(path, ["run"], { ...tg.env, HTTP_PORT: port })
      assert.strictEqual(second.code, 1)
      assert.include(second.err, `Port ${port} of 127.0.0.1 is in use`)
    })
  )

  it.scopedLive("checks what would fail, and previews what would be posted, without posting", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const tg = yield* telegram(["scenario_news"])
      const source = yield* feed(names(2))
      yield* writeCatalog(path, catalog(source.url))
      const check = yield* command(path, ["check"], tg.env)
      assert.strictEqual(check.code, 1)
      assert.match(check.out, /ok +Telegram +@scenario_bot/)
      assert.match(check.out, /ok +channel news/)
      assert.match(check.out, /FAIL +channel other .*chat not found/)
      assert.match(check.out, /ok +source feed +2 items/)
      const preview = yield* command(path, ["preview", "feed"], tg.env)
      assert.include(preview.out, "item-0002")
      assert.strictEqual((yield* tg.texts("@scenario_news")).length, 0)
    })
  )

  it.scopedLive("tells 200 open pages of changes and no more, also when all of them open at once", () =>
    Effect.gen(function* () {
      const { program } = yield* running(chats, catalog)
      const open = Effect.async<number | undefined>((resume) => {
        get(`${program.url}/events`, { agent: false }, ({ statusCode }) => resume(Effect.succeed(statusCode)))
          // The end of the program cuts it off.
          .on("error", () => {})
      })
      const opened = yield* Effect.replicateEffect(open, 400, { concurrency: "unbounded" })
      assert.strictEqual(opened.filter((status) => status === 200).length, 200)
      assert.strictEqual((yield* program.end("SIGTERM")).code, 0)
    })
  )

  it.scopedLive("backs the database up while the service runs, and shows a stopped service's state", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const tg = yield* telegram(chats)
      const source = yield* feed(names(2))
      yield* writeCatalog(path, catalog(source.url))
      const program = yield* start(path, tg.env)
      yield* posts(tg, "scenario_news", 2)
      assert.strictEqual((yield* command(path, ["backup", "copy.db"], tg.env)).code, 0)
      assert.strictEqual((yield* command(path, ["backup", "copy.db"], tg.env)).code, 1)
      yield* program.end("SIGTERM")
      const status = yield* command(path, ["status"], { ...tg.env, DATABASE_PATH: "copy.db" })
      assert.include(status.out, "this is what the database says")
      assert.match(status.out, /news +@scenario_news +0\/10000 +2/)
    })
  )
})

// Telegram as it fails in the field, under the real program: what is sent again, what never is, and what the operator is told.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { png } from "../sandbox/pictures.ts"
import { makeGate } from "./Gate.ts"
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
  type Telegram,
  telegram,
  until,
  writeCatalog
} from "./Program.ts"

const chats = ["scenario_news", "scenario_other"]
const owner = 9001
const pace = "{ gap: 0 seconds, perMinute: 1000 }"

/** `finding`: how the channel finds out what became of a send that was not answered. */
const catalog = (url: string, finding = "") => `
channels:
  news: { chat: "@scenario_news", pace: ${pace}${finding} }
  other: { chat: "@scenario_other", pace: ${pace} }
sources:
  feed: { kind: rss, url: "${url}", every: 1 second, start: all, burst: false, to: [news, other], allowPrivate: true }
`

const channel = (program: Program, id: string) =>
  Effect.map(program.status, ({ channels }) => channels.find((one) => one.id === id)?.activity)

const says = (program: Program, id: string, is: string, why: RegExp) =>
  until(
    `channel ${id} says ${is}: ${why}`,
    Effect.map(channel(program, id), (activity) => activity?.is === is && why.test(activity.why))
  )

const onceEach = (tg: Telegram) =>
  Effect.forEach(chats, (chat) =>
    Effect.flatMap(Effect.orDie(tg.emulator.control.duplicateTexts(`@${chat}`)), (twice) =>
      Effect.sync(() => assert.deepStrictEqual(twice, []))
    )
  )

describe.concurrent("Telegram", () => {
  it.scopedLive(
    "not reachable for a while: everything waits, says why, and arrives once when it is back",
    () =>
      Effect.gen(function* () {
        const path = yield* folder
        const tg = yield* telegram(chats)
        const gate = yield* makeGate(tg.env["TELEGRAM_API_ROOT"] ?? "")
        const source = yield* feed(names(3))
        yield* gate.shut
        yield* writeCatalog(path, catalog(source.url))
        const program = yield* start(path, { ...tg.env, TELEGRAM_API_ROOT: gate.url })
        yield* says(program, "news", "waiting", /ECONNREFUSED/)
        source.set(names(5))
        yield* until(
          "reading goes on",
          Effect.map(program.status, (status) => status.sources[0]?.items === 5)
        )
        yield* gate.open
        for (const chat of chats) yield* posts(tg, chat, 5)
        yield* onceEach(tg)
      })
  )

  it.scopedLive(
    "throws the bot out of one chat: only that channel waits and says why, and goes on by itself when it is back in",
    () =>
      Effect.gen(function* () {
        const { tg, source, program } = yield* running(chats, catalog)
        for (const chat of chats) yield* posts(tg, chat, 1)
        yield* Effect.orDie(tg.emulator.control.setMembership("@scenario_news", "kicked"))
        source.set(names(4))
        yield* posts(tg, "scenario_other", 4)
        yield* says(program, "news", "waiting", /kicked|not a member/)
        const ready = yield* Effect.promise(() => fetch(`${program.url}/health/ready`))
        assert.strictEqual(ready.status, 200)
        yield* Effect.orDie(tg.emulator.control.setMembership("@scenario_news", "administrator"))
        yield* posts(tg, "scenario_news", 4)
        yield* onceEach(tg)
      })
  )

  it.scopedLive("does not know the token any more: the channels wait and name the cause", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const tg = yield* telegram(chats)
      const source = yield* feed(names(2))
      yield* tg.emulator.control.fault({
        stage: "received",
        action: { kind: "error", code: 401, description: "Unauthorized" },
        times: 1000
      })
      yield* writeCatalog(path, catalog(source.url))
      const program = yield* start(path, tg.env)
      for (const id of ["news", "other"]) yield* says(program, id, "waiting", /Unauthorized/)
      yield* eventually("the log asks a person", () => /"logLevel":"ERROR"/.test(program.output()))
      assert.isAtMost((yield* tg.emulator.control.calls("sendMessage")).length, 2)
      const rows = yield* program.deliveries
      assert.isTrue(rows.every((row) => row.state === "queued"))
    })
  )

  it.scopedLive("does not take a picture: the post goes without it, once", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const tg = yield* telegram(chats)
      const source = yield* feed()
      const picture = Buffer.from(png(320, 200, 2_000))
      source.answer((request, response) => {
        if (request.url === "/a.png") return void response.end(picture)
        const image = new URL("/a.png", source.url).href
        response.end(
          `<rss version="2.0"><channel><item><guid>a</guid><title>With a picture</title><link>https://news.example/a</link>` +
            `<enclosure url="${image}" type="image/png" length="1"/></item></channel></rss>`
        )
      })
      yield* tg.emulator.control.fault({
        stage: "received",
        method: "sendPhoto",
        action: { kind: "error", code: 400, description: "Bad Request: IMAGE_PROCESS_FAILED" },
        times: 1000
      })
      yield* writeCatalog(path, catalog(source.url))
      yield* start(path, tg.env)
      for (const chat of chats) yield* posts(tg, chat, 1)
      assert.include((yield* tg.texts("@scenario_news"))[0], "With a picture")
      assert.strictEqual((yield* tg.emulator.control.calls("sendPhoto")).length, 2)
      assert.strictEqual((yield* tg.emulator.control.calls("sendMessage")).length, 2)
    })
  )

  it.scopedLive(
    "answers with a proxy's page: the channel freezes, looks, finds the post, and goes on without a second one",
    () =>
      Effect.gen(function* () {
        const path = yield* folder
        const tg = yield* telegram(chats)
        const source = yield* feed(names(2))
        yield* Effect.orDie(tg.emulator.control.personalChat(owner, "@scenario_news"))
        yield* tg.emulator.control.fault({
          stage: "processed",
          method: "sendMessage",
          action: { kind: "html", status: 502 },
          chat: "@scenario_news"
        })
        yield* writeCatalog(
          path,
          catalog(source.url, `, verify: { wait: 2 seconds, again: 1 second }, profileOf: ${owner}`)
        )
        const program = yield* start(path, tg.env)
        yield* says(program, "news", "frozen", /may or may not have arrived: its last request may still be/)
        const [row] = (yield* program.deliveries).filter((delivery) => delivery.state === "unknown")
        assert.match(row?.reason ?? "", /502/)
        yield* posts(tg, "scenario_other", 2)
        yield* posts(tg, "scenario_news", 2)
        yield* until(
          "both count as sent",
          Effect.map(
            program.status,
            ({ channels }) => channels.find(({ id }) => id === "news")?.ledger?.counts.sent === 2
          )
        )
        yield* onceEach(tg)
      })
  )

  it.scopedLive(
    "never answers: the program still ends within 5 s with code 0, and the next start asks a person what it cannot find out",
    () =>
      Effect.gen(function* () {
        const path = yield* folder
        const tg = yield* telegram(chats)
        const source = yield* feed(names(2))
        yield* tg.emulator.control.fault({
          stage: "received",
          method: "sendMessage",
          action: { kind: "stall" },
          chat: "@scenario_news"
        })
        yield* writeCatalog(
          path,
          catalog(source.url, ", verify: { wait: 3 seconds, again: 1 second, giveUp: 4 seconds }")
        )
        const first = yield* start(path, tg.env)
        yield* posts(tg, "scenario_other", 2)
        yield* until(
          "the call that hangs",
          Effect.map(tg.emulator.control.calls("sendMessage"), (calls) =>
            calls.some((call) => call.chat === "@scenario_news")
          )
        )
        const end = yield* first.end("SIGTERM")
        assert.strictEqual(end.code, 0, first.output())
        assert.isBelow(end.tookMs, 5_000)
        assert.include(first.output(), "before the outcome of this post is known")
        const stopped = yield* command(path, ["status"], tg.env)
        assert.include(stopped.out, "this is what the database says")
        const program = yield* start(path, tg.env)
        yield* says(program, "news", "frozen", /may or may not have arrived/)
        // The channel does not wait for the person: its next post goes out meanwhile.
        yield* posts(tg, "scenario_news", 1)
        const [row] = (yield* program.status).parked
        assert.match(row?.reason ?? "", /could not be found out: there is no post of ours there yet/)
        assert.include((yield* command(path, ["status"], tg.env)).out, `oncecast settle ${row?.id} --sent`)
        assert.match(program.output(), /a person decides, with `oncecast settle`/)
        assert.strictEqual((yield* command(path, ["settle", `${row?.id}`, "--absent"], tg.env)).code, 0)
        yield* posts(tg, "scenario_news", 2)
        yield* onceEach(tg)
      })
  )
})

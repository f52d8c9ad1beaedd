// Processes that sleep, die and share: one publishes a channel, the other takes over when it is gone, and no post stands twice.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import {
  feed,
  folder,
  names,
  type Program,
  start,
  type Telegram,
  telegram,
  until,
  writeCatalog
} from "./Program.ts"

const perMinute = 20

const catalog = (url: string, pace: string) => `
channels: { news: { chat: "@scenario_news", pace: ${pace} } }
sources: { feed: { kind: rss, url: "${url}", every: 1 second, start: all, burst: false, to: [news], allowPrivate: true } }
`

const postsOf = (tg: Telegram) => Effect.map(tg.texts("@scenario_news"), (texts) => texts.length)

const morePosts = (tg: Telegram, count: number) =>
  Effect.flatMap(postsOf(tg), (before) =>
    until(
      `${count} more posts`,
      Effect.map(postsOf(tg), (now) => now >= before + count)
    )
  )

/** Waits for the next post and then for the middle of the gap, when no request is under way. */
const betweenPosts = (tg: Telegram) => Effect.zipRight(morePosts(tg, 1), Effect.sleep("400 millis"))

const doing = (program: Program) => Effect.map(program.status, ({ channels }) => channels[0]?.activity)

const standsBy = (program: Program) =>
  Effect.map(doing(program), (activity) => /another process publishes/.test(activity?.why ?? ""))

const sound = (tg: Telegram) =>
  Effect.gen(function* () {
    assert.deepStrictEqual(yield* Effect.orDie(tg.emulator.control.duplicateTexts("@scenario_news")), [])
    yield* until(
      "each call made one post",
      Effect.zipWith(
        tg.emulator.control.calls("sendMessage"),
        postsOf(tg),
        (calls, posts) => calls.length === posts
      )
    )
  })

const gap = "{ gap: 1 second, perMinute: 1000 }"

describe.concurrent("processes", () => {
  it.scopedLive(
    "one that stood still for longer than its lease goes on without a flood and without a duplicate",
    () =>
      Effect.gen(function* () {
        const path = yield* folder
        const tg = yield* telegram(["scenario_news"])
        const source = yield* feed(names(60))
        yield* writeCatalog(path, catalog(source.url, `{ gap: 0 seconds, perMinute: ${perMinute} }`))
        const program = yield* start(path, tg.env)
        yield* morePosts(tg, perMinute)
        yield* program.signal("SIGSTOP")
        yield* Effect.sleep("20 seconds")
        yield* program.signal("SIGCONT")
        yield* morePosts(tg, 5)
        const windows = yield* Effect.orDie(tg.emulator.control.windows("@scenario_news"))
        assert.isAtMost(windows.perMinute, perMinute)
        yield* sound(tg)
        const end = yield* program.end("SIGTERM")
        assert.strictEqual(end.code, 0)
      })
  )

  it.scopedLive(
    "two on one database: one publishes, and when it is killed the other takes over within 20 s",
    () =>
      Effect.gen(function* () {
        const path = yield* folder
        const tg = yield* telegram(["scenario_news"])
        const source = yield* feed(names(100))
        yield* writeCatalog(path, catalog(source.url, gap))
        const first = yield* start(path, tg.env)
        yield* morePosts(tg, 1)
        const second = yield* start(path, tg.env)
        yield* until("the second stands by", standsBy(second))
        assert.isFalse(yield* standsBy(first))
        yield* betweenPosts(tg)
        yield* first.end("SIGKILL")
        yield* morePosts(tg, 2)
        yield* sound(tg)
        // Given back, a channel is taken over at once.
        const third = yield* start(path, tg.env)
        yield* until("the third stands by", standsBy(third))
        assert.strictEqual((yield* second.end("SIGTERM")).code, 0)
        yield* morePosts(tg, 2)
        yield* sound(tg)
      })
  )

  it.scopedLive("one that wakes up after another took its channel over sends nothing more into it", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const tg = yield* telegram(["scenario_news"])
      const source = yield* feed(names(100))
      yield* writeCatalog(path, catalog(source.url, gap))
      const sleeper = yield* start(path, tg.env)
      yield* morePosts(tg, 1)
      const other = yield* start(path, tg.env)
      yield* until("the other stands by", standsBy(other))
      yield* betweenPosts(tg)
      yield* sleeper.signal("SIGSTOP")
      yield* morePosts(tg, 2)
      yield* sleeper.signal("SIGCONT")
      yield* until("the sleeper stands by", standsBy(sleeper))
      yield* morePosts(tg, 3)
      assert.isFalse(yield* standsBy(other))
      yield* sound(tg)
    })
  )
})

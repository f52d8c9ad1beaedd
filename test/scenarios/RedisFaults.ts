// Redis as it fails in the field, under the real program: what is published meanwhile, how fast, and what the operator is told.
// Slow: after a loss a process that may have peers keeps still for one window, a minute.
import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { makeRedisServer } from "../throttle/RedisServer.ts"
import { feed, folder, names, type Program, start, telegram, until, writeCatalog } from "./Program.ts"

const perMinute = 20

const catalog = (url: string) => `
channels: { news: { chat: "@scenario_news", pace: { gap: 0 seconds, perMinute: ${perMinute} } } }
sources: { feed: { kind: rss, url: "${url}", start: all, burst: false, to: [news], allowPrivate: true } }
`

/** A program with more to post than a minute permits, on this Redis. */
const publishing = (redisUrl: string) =>
  Effect.gen(function* () {
    const path = yield* folder
    const tg = yield* telegram(["scenario_news"])
    const source = yield* feed(names(100))
    yield* writeCatalog(path, catalog(source.url))
    const program = yield* start(path, { ...tg.env, REDIS_URL: redisUrl })
    const posts = Effect.map(tg.texts("@scenario_news"), (texts) => texts.length)
    const morePosts = (count: number) =>
      Effect.flatMap(posts, (before) =>
        until(
          `${count} more posts`,
          Effect.map(posts, (now) => now >= before + count)
        )
      )
    const safe = Effect.gen(function* () {
      const windows = yield* Effect.orDie(tg.emulator.control.windows("@scenario_news"))
      assert.isAtMost(windows.perMinute, perMinute)
      assert.deepStrictEqual(yield* Effect.orDie(tg.emulator.control.duplicateTexts("@scenario_news")), [])
    })
    return { program, posts, morePosts, safe }
  })

const limitsBecome = (program: Program, kept: string) =>
  until(
    `limits kept in ${kept}`,
    Effect.map(program.status, ({ limits }) => limits?.kept === kept)
  )

describe.concurrent("Redis", () => {
  it.scopedLive(
    "stopped and started again: posting goes on at the local share, the status says so, the return is by itself, no minute is overfull",
    () =>
      Effect.gen(function* () {
        const redis = yield* makeRedisServer()
        const { program, morePosts, safe } = yield* publishing(Redacted.value(redis.url))
        yield* morePosts(5)
        yield* limitsBecome(program, "redis")
        yield* redis.kill
        yield* limitsBecome(program, "local-share")
        const { limits } = yield* program.status
        assert.match(limits?.why ?? "", /no connection|connection closed/)
        assert.isNumber(limits?.since)
        const ready = yield* Effect.promise(() => fetch(`${program.url}/health/ready`))
        assert.strictEqual(ready.status, 200)
        yield* morePosts(5)
        yield* redis.restart
        yield* limitsBecome(program, "redis")
        yield* morePosts(1)
        yield* safe
        const end = yield* program.end("SIGTERM")
        assert.strictEqual(end.code, 0)
        assert.isBelow(end.tookMs, 5_000)
      })
  )

  it.scopedLive(
    "absent, locked or mute from the start: the program runs, says why, posts at the local share, and ends in time",
    () =>
      Effect.gen(function* () {
        const [gone, locked, mute] = yield* Effect.all([
          makeRedisServer(),
          makeRedisServer("--requirepass", "right"),
          makeRedisServer()
        ])
        yield* gone.kill
        yield* mute.freeze
        const wrong = Redacted.value(locked.url).replace("redis://", "redis://:sekret-but-wrong@")
        yield* Effect.forEach(
          [
            [Redacted.value(gone.url), /ECONNREFUSED/],
            [wrong, /WRONGPASS|NOAUTH/],
            [Redacted.value(mute.url), /no connection|no answer/]
          ] as const,
          ([url, why]) =>
            Effect.gen(function* () {
              const { program, morePosts, safe } = yield* publishing(url)
              yield* limitsBecome(program, "local-share")
              const status = yield* program.status
              assert.match(status.limits?.why ?? "", why)
              yield* morePosts(3)
              yield* safe
              const end = yield* program.end("SIGTERM")
              assert.strictEqual(end.code, 0)
              assert.isBelow(end.tookMs, 5_000)
              assert.notInclude(program.output() + JSON.stringify(status), "sekret")
            }),
          { concurrency: "unbounded", discard: true }
        )
      })
  )
})

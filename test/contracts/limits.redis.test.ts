import { assert, describe, inject, it } from "@effect/vitest"
import { Clock, Duration, Effect, Exit, Fiber, Layer, Logger, Redacted, Schedule, Scope } from "effect"
import type { Redis } from "ioredis"
import { RedisConnection } from "../../src/storage/RedisConnection.ts"
import * as RedisLimits from "../../src/storage/RedisLimits.ts"
import { spanMs } from "../../src/throttle/Limit.ts"
import { LimitStore } from "../../src/throttle/LimitStore.ts"
import { makeRedisServer } from "../throttle/RedisServer.ts"
import { limitStoreSuite } from "./limits.ts"

const namespace = `contract-${process.pid}`
const on = (url: Redacted.Redacted) =>
  RedisLimits.layer({ namespace }).pipe(Layer.provideMerge(RedisConnection.layer({ url })))
const shared = on(Redacted.make(inject("redisUrl")))

const command = <A>(run: (redis: Redis) => Promise<A>) =>
  Effect.flatMap(RedisConnection, (redis) => redis.run(run))
const logKey = (key: string) => `{oncecast:${namespace}}:limit:${key}`

describe("LimitStore on Redis", () => {
  limitStoreSuite({ layer: shared, elapse: (ms) => Effect.sleep(ms), test: it.live })

  it.live("the clock of the client does not matter", () =>
    Effect.gen(function* () {
      const store = yield* LimitStore
      const limit = { key: "client-clock", max: 1, windowMs: 60_000 }
      const anHourAhead: Clock.Clock = {
        ...Clock.make(),
        currentTimeMillis: Effect.succeed(9e12),
        currentTimeNanos: Effect.succeed(9n * 10n ** 18n)
      }
      yield* store.take([limit]).pipe(Effect.withClock(anHourAhead))
      assert.strictEqual((yield* store.take([limit]).pipe(Effect.withClock(anHourAhead)))._tag, "Wait")
      assert.strictEqual((yield* store.take([limit]))._tag, "Wait")
    }).pipe(Effect.provide(shared))
  )

  it.live("two connections share their limits", () =>
    Effect.gen(function* () {
      const limit = { key: "two", max: 2, windowMs: 60_000 }
      const take = Effect.flatMap(LimitStore, (store) => store.take([limit]))
      const verdicts = yield* Effect.all([1, 2, 3].map(() => Effect.provide(take, Layer.fresh(shared))))
      assert.deepStrictEqual(
        verdicts.map((verdict) => verdict._tag),
        ["Granted", "Granted", "Wait"]
      )
    })
  )

  it.live("a log holds no more than the limit, and goes from Redis when it has drained", () =>
    Effect.gen(function* () {
      const store = yield* LimitStore
      const limit = { key: "memory", max: 3, windowMs: 100 }
      for (let round = 0; round < 4; round++) {
        yield* store.take([limit], 2)
        yield* Effect.sleep(60)
      }
      assert.isAtMost(yield* command((redis) => redis.llen(logKey(limit.key))), 3)
      yield* Effect.sleep(spanMs(limit) + 20)
      assert.strictEqual(yield* command((redis) => redis.exists(logKey(limit.key))), 0)
    }).pipe(Effect.provide(shared))
  )

  it.live("all keys of a call lie in one slot of a cluster", () =>
    Effect.gen(function* () {
      const store = yield* LimitStore
      yield* store.take([
        { key: "slot:a", max: 1, windowMs: 1000 },
        { key: "slot:b", max: 1, windowMs: 1000 }
      ])
      const names = yield* command((redis) => redis.keys(`*${namespace}*`))
      assert.isAbove(names.length, 2)
      assert.deepStrictEqual(new Set(names.map((name) => /\{.*?\}/.exec(name)?.[0])).size, 1)
    }).pipe(Effect.provide(shared))
  )

  it.live("a Redis whose clock was set back makes wait no longer than one span", () =>
    Effect.gen(function* () {
      const store = yield* LimitStore
      const limit = { key: "set-back", max: 2, windowMs: 100 }
      const ahead = (yield* Clock.currentTimeMillis) + 3_600_000
      yield* command((redis) => redis.rpush(logKey(limit.key), ahead - 50, ahead))
      const wait = yield* store.take([limit])
      assert(wait._tag === "Wait")
      assert.isAtMost(wait.ms, spanMs(limit))
      yield* Effect.sleep(wait.ms)
      assert.strictEqual((yield* store.take([limit]))._tag, "Granted")
    }).pipe(Effect.provide(shared))
  )
})

describe("LimitStore on a Redis in trouble", () => {
  const limit = { key: "trouble", max: 2, windowMs: 60_000 }
  const take = Effect.flatMap(LimitStore, (store) => store.take([limit]))

  /** Why a take fails; that it fails within a second is part of the promise. */
  const failure = Effect.gen(function* () {
    const [duration, error] = yield* Effect.timed(Effect.flip(take))
    assert.strictEqual(error._tag, "LimitStoreUnavailable")
    assert.isBelow(Duration.toMillis(duration), 1000)
    return error.message
  })

  /** The first failure of another kind. */
  const after = (kind: RegExp) =>
    failure.pipe(Effect.delay(25), Effect.repeat({ while: (message) => kind.test(message) }))

  it.scopedLive("what is asked at the same moment is one question, and its failure is told to each", () =>
    Effect.gen(function* () {
      const server = yield* makeRedisServer()
      yield* Effect.gen(function* () {
        const store = yield* LimitStore
        const take = (chat: number) => store.take([{ key: `chat:${chat}`, max: 1, windowMs: 60_000 }])
        const all = <A, E>(one: (chat: number) => Effect.Effect<A, E>) =>
          Effect.forEach(
            Array.from({ length: 20 }, (_, chat) => chat),
            one,
            { concurrency: "unbounded" }
          )
        yield* take(99)
        yield* command((redis) => redis.config("RESETSTAT"))
        assert.isTrue((yield* all(take)).every((verdict) => verdict._tag === "Granted"))
        assert.match(yield* command((redis) => redis.info("commandstats")), /cmdstat_evalsha:calls=1,/)
        yield* server.kill
        assert.isTrue(
          (yield* all((chat) => Effect.flip(take(chat)))).every(
            (error) => error._tag === "LimitStoreUnavailable"
          )
        )
      }).pipe(Effect.provide(on(server.url)))
    })
  )

  it.scopedLive("survives a script flush", () =>
    Effect.gen(function* () {
      const server = yield* makeRedisServer()
      yield* Effect.gen(function* () {
        assert.strictEqual((yield* take)._tag, "Granted")
        yield* command((redis) => redis.script("FLUSH"))
        assert.strictEqual((yield* take)._tag, "Granted")
        assert.strictEqual((yield* take)._tag, "Wait")
      }).pipe(Effect.provide(on(server.url)))
    })
  )

  it.scopedLive(
    "killed: a typed error within a second; back and empty: it says once that it has forgotten",
    () =>
      Effect.gen(function* () {
        const server = yield* makeRedisServer()
        yield* Effect.gen(function* () {
          yield* take
          yield* server.kill
          assert.match(yield* failure, /connection/)
          yield* server.restart
          assert.match(yield* after(/connection/), /lost its memory/)
          assert.strictEqual((yield* take)._tag, "Granted")
        }).pipe(Effect.provide(on(server.url)))
      })
  )

  it.scopedLive(
    "frozen: a typed error within a second; thawed: it works again and has forgotten nothing",
    () =>
      Effect.gen(function* () {
        const server = yield* makeRedisServer()
        yield* Effect.gen(function* () {
          yield* take
          yield* server.freeze
          assert.match(yield* failure, /no answer in time/)
          yield* server.thaw
          yield* take.pipe(Effect.retry({ times: 20, schedule: Schedule.spaced(50) }))
          assert.strictEqual((yield* take)._tag, "Wait")
        }).pipe(Effect.provide(on(server.url)))
      })
  )

  it.scopedLive("a short silence is no loss: the question is put once more", () =>
    Effect.gen(function* () {
      const server = yield* makeRedisServer()
      yield* Effect.gen(function* () {
        yield* server.freeze
        const answer = yield* Effect.fork(take)
        yield* Effect.sleep(400)
        yield* server.thaw
        assert.strictEqual((yield* Fiber.join(answer))._tag, "Granted")
      }).pipe(Effect.provide(on(server.url)))
    })
  )

  it.scopedLive("closing does not wait for a Redis that is frozen or dead", () =>
    Effect.gen(function* () {
      const server = yield* makeRedisServer()
      for (const trouble of [server.freeze, server.kill]) {
        const scope = yield* Scope.make()
        const context = yield* Layer.buildWithScope(on(server.url), scope)
        const pending = yield* Effect.fork(Effect.provide(Effect.flip(take), context))
        yield* trouble
        const [duration] = yield* Effect.timed(Scope.close(scope, Exit.void))
        assert.isBelow(Duration.toMillis(duration), 200)
        yield* Fiber.interrupt(pending)
        yield* server.thaw
      }
    })
  )

  it.scopedLive("a Redis that is not there yet delays nothing, and is used when it comes", () =>
    Effect.gen(function* () {
      const server = yield* makeRedisServer()
      yield* server.kill
      yield* Effect.gen(function* () {
        assert.match(yield* failure, /no connection \(ECONNREFUSED\)/)
        yield* server.restart
        yield* take.pipe(Effect.retry({ times: 100, schedule: Schedule.spaced(50) }))
      }).pipe(Effect.provide(on(server.url)))
    })
  )

  it.scopedLive("a wrong password is named as such, and shown nowhere", () =>
    Effect.gen(function* () {
      const server = yield* makeRedisServer("--requirepass", "right")
      const url = Redacted.make(Redacted.value(server.url).replace("//", "//:hunter2@"))
      const logged: Array<string> = []
      const logger = Logger.make((entry) => logged.push(JSON.stringify(entry.message)))
      const logs = Logger.replace(Logger.defaultLogger, logger)
      const message = yield* Effect.provide(failure, Layer.provideMerge(on(url), logs))
      assert.match(message, /WRONGPASS|NOAUTH/)
      assert.notMatch([message, ...logged].join(), /hunter2|127\.0\.0\.1/)
    })
  )
})

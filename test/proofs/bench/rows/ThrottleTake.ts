// Asking whether a call may go: the limits of one chat and of all, in a real Redis, one at a time and a hundred in flight.
import { Effect, Layer, Redacted } from "effect"
import { Redis } from "ioredis"
import { RedisConnection } from "../../../../src/storage/RedisConnection.ts"
import * as RedisLimits from "../../../../src/storage/RedisLimits.ts"
import { LimitStore } from "../../../../src/throttle/LimitStore.ts"
import { makeRedisServer } from "../../../throttle/RedisServer.ts"
import { compared, inTurns, type Pair, wallMs } from "../Measuring.ts"
import { made, method, rival } from "../Rivals.ts"
import type { Bench, Row } from "../Row.ts"
import { measuring } from "../Work.ts"

/** A chat's gap and minute, and the second of all: as the publisher asks for one call. Never full, so that each call is granted. */
const limitsOf = (chat: number) => [
  { key: `chat:${chat}:gap`, max: 1_000, windowMs: 1_000 },
  { key: `chat:${chat}:minute`, max: 20_000, windowMs: 60_000 },
  { key: "all", max: 100_000, windowMs: 1_000 }
]
const chats = 50
const asked = Array.from({ length: chats }, (_, chat) => limitsOf(chat))

/** Does `take` so often, `inFlight` at a time. */
const all = async (
  times: number,
  inFlight: number,
  take: (at: number) => Promise<unknown>
): Promise<number> => {
  let next = 0
  const worker = async () => {
    while (next < times) await take(next++)
  }
  const ms = await wallMs(() => Promise.all(Array.from({ length: inFlight }, worker)))
  return (times * 1000) / ms
}

interface Sampled {
  readonly inFlight: number
  readonly script: Pair
  readonly flexible: Pair
}

const measured = (bench: Bench, url: string) =>
  Effect.flatMap(LimitStore, (store) =>
    measuring(async (run) => {
      const redis = new Redis(url)
      const sha = String(await redis.script("LOAD", "return redis.call('INCR', KEYS[1])"))
      const limiter = made(rival(bench.rivals, "rate-limiter-flexible"), "RateLimiterRedis", {
        storeClient: redis,
        points: 1_000_000,
        duration: 60
      })
      const consume = method(limiter, "consume")
      const found: Array<Sampled> = []
      for (const inFlight of [1, 100]) {
        const times = (bench.quick ? 2_000 : 5_000) * (inFlight === 1 ? 1 : 2)
        const rounds = bench.quick ? 5 : 9
        // As the product has them in flight: fibers.
        const takes = Effect.forEach(
          Array.from({ length: times }, (_, at) => asked[at % chats] ?? []),
          (limits) => store.take(limits),
          {
            concurrency: inFlight,
            discard: true
          }
        )
        const ours = async () => (times * 1000) / (await wallMs(() => run(takes)))
        found.push({
          inFlight,
          script: await inTurns(rounds, ours, () =>
            all(times, inFlight, (at) => redis.evalsha(sha, 1, `bench:${at % chats}`))
          ),
          flexible: await inTurns(rounds, ours, () =>
            all(times, inFlight, async (at) => consume(`chat-${at % chats}`))
          )
        })
      }
      redis.disconnect()
      return found
    })
  )

export const throttleTakeRow: Row = {
  work: "Taking a slot in Redis: three limits of one call in one step, exact sliding windows",
  baseline: "EVALSHA of a script of one INCR; rate-limiter-flexible with one fixed window",
  run: async (bench) => {
    const program = Effect.gen(function* () {
      const server = yield* makeRedisServer()
      const layer = RedisLimits.layer({ namespace: "bench" }).pipe(
        Layer.provide(RedisConnection.layer({ url: server.url }))
      )
      return yield* Effect.provide(measured(bench, Redacted.value(server.url)), layer)
    })
    const found = await Effect.runPromise(Effect.scoped(program).pipe(Effect.withTracerEnabled(false)))
    const findings = found.flatMap(({ inFlight, script, flexible }) => [
      compared(`${inFlight} in flight, against one INCR`, "takes/s", script, { atLeast: 0.7 }),
      compared(`${inFlight} in flight, against rate-limiter-flexible`, "takes/s", flexible)
    ])
    return { findings, curves: [] }
  }
}

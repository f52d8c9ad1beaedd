// The limits under ten times the load: what arrives in the fullest window, and how much of what is allowed is used.
import { Effect, Redacted } from "effect"
import { arrivals, denseOf, minute, perSecond, rareOf, used } from "../../../throttle/Load.ts"
import { makeRedisServer } from "../../../throttle/RedisServer.ts"
import { fullest } from "../../../throttle/windows.ts"
import { stated } from "../Measuring.ts"
import type { Bench, Row } from "../Row.ts"

const measured = (bench: Bench, processes: number) =>
  Effect.gen(function* () {
    const redis = yield* makeRedisServer()
    const options = {
      compiled: bench.programs,
      redisUrl: Redacted.value(redis.url),
      namespace: "bench",
      processes
    }
    const stamps = yield* arrivals(options)
    const rare = rareOf(stamps)
    const by = `${processes} process${processes === 1 ? "" : "es"}`
    const share = (of: typeof stamps, max: number, windowMs: number) => [100 * used(of, max, windowMs)]
    return [
      stated(`${by}, 20/min: in the fullest minute`, "calls", [fullest(rare, minute.windowMs)], {
        atMost: minute.max
      }),
      stated(`${by}, 20/min: used of it`, "%", share(rare, minute.max, minute.windowMs), { atLeast: 97 }),
      stated(`${by}, 30/s: in the fullest second`, "calls", [fullest(stamps, 1000)], { atMost: perSecond }),
      stated(`${by}, 30/s: used of it`, "%", share(denseOf(stamps), perSecond, 1000), { atLeast: 90 })
    ]
  }).pipe(Effect.scoped)

export const throttleAccuracyRow: Row = {
  work: "Limits under ten times the load, by real processes on a real Redis, measured where calls arrive",
  baseline: "the limit itself",
  run: async (bench) => {
    const loads = bench.quick ? [4] : [1, 4]
    const findings = await Effect.runPromise(Effect.forEach(loads, (processes) => measured(bench, processes)))
    return { findings: findings.flat(), curves: [] }
  }
}

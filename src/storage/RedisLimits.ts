// Limits shared by all processes: sliding logs in Redis behind the contract LimitStore. What is asked in one turn of the event loop goes in one
// script call (RedisTakes.ts). Promises: each call is answered by itself; when the script call fails, each of its calls is told.
import { Array as Arr, Effect, Layer, type ParseResult, Schema } from "effect"
import { type Limit, weight } from "../throttle/Limit.ts"
import { LimitStore, LimitStoreUnavailable } from "../throttle/LimitStore.ts"
import { usage, type Verdict } from "../throttle/SlidingLog.ts"
import { RedisConnection, RedisUnavailable } from "./RedisConnection.ts"
import { type Call, question, read } from "./RedisTakes.ts"

const Times = Schema.Array(Schema.NumberFromString)
const Logs = Schema.Tuple([Times], Times)

export interface RedisLimitsOptions {
  /** Processes that name the same one share their limits: one per bot. */
  readonly namespace: string
}

/** The contract on Redis; see RedisConnection for what happens when Redis is away. */
export const layer = (options: RedisLimitsOptions): Layer.Layer<LimitStore, never, RedisConnection> =>
  Layer.effect(LimitStore, make(options))

const unavailable = (cause: { readonly why: string }) => new LimitStoreUnavailable({ why: cause.why })

/** More calls than this would keep Redis from others for more than a millisecond or two. */
const mostTogether = 128

interface Waiting extends Call {
  readonly resume: (answer: Effect.Effect<Verdict, LimitStoreUnavailable>) => void
}

const noVerdict = () => new LimitStoreUnavailable({ why: "it answered something that is no verdict" })

const isSilent = (cause: unknown): boolean => cause instanceof RedisUnavailable && cause.silent

const failureOf = (cause: unknown): Effect.Effect<never, LimitStoreUnavailable> => {
  if (cause instanceof RedisUnavailable) return Effect.fail(unavailable(cause))
  return cause instanceof LimitStoreUnavailable ? Effect.fail(cause) : Effect.die(cause)
}

const make = Effect.fnUntraced(function* ({ namespace }: RedisLimitsOptions) {
  const redis = yield* RedisConnection
  // One hash tag: in a Redis Cluster all keys of a call lie in one slot, as a script needs it.
  const key = (name: string) => `{oncecast:${namespace}}:${name}`
  const logKey = (limit: Limit) => key(`limit:${limit.key}`)
  let known = ""

  const ask = async (calls: ReadonlyArray<Call>): Promise<ReadonlyArray<Verdict>> => {
    const asked = question(calls, known, key)
    // Asked twice, calls may be charged twice: slots are lost, no limit is exceeded.
    const answer = read(
      calls,
      await redis.send(asked).catch((error) => (isSilent(error) ? redis.send(asked) : Promise.reject(error)))
    )
    if (answer === undefined) throw noVerdict()
    known = answer.mark
    if (answer.verdicts === undefined)
      throw new LimitStoreUnavailable({ why: "it has lost its memory of past calls" })
    return answer.verdicts
  }

  const tellEach = async (calls: ReadonlyArray<Waiting>): Promise<void> => {
    try {
      const verdicts = await ask(calls)
      for (const [{ resume }, verdict] of Arr.zip(calls, verdicts)) resume(Effect.succeed(verdict))
    } catch (cause) {
      const failure = failureOf(cause)
      for (const { resume } of calls) resume(failure)
    }
  }

  let waiting: Array<Waiting> = []
  const askTogether = () => {
    const calls = waiting
    waiting = []
    for (let at = 0; at < calls.length; at += mostTogether) void tellEach(calls.slice(at, at + mostTogether))
  }

  const take = (limits: ReadonlyArray<Limit>, cost = 1) =>
    Effect.async<Verdict, LimitStoreUnavailable>((resume) => {
      waiting.push({ limits, cost: Math.max(1, Math.ceil(cost)), resume })
      // Fibers that go on in this turn of the event loop are microtasks that stand before it.
      if (waiting.length === 1) queueMicrotask(askTogether)
    })

  const refund = Effect.fnUntraced(function* (limits: ReadonlyArray<Limit>, cost: number, at: number) {
    yield* redis.run((redis) =>
      Promise.all(limits.map((limit) => redis.lrem(logKey(limit), -weight(limit, cost), at)))
    )
  }, translated)

  const usageOf = Effect.fnUntraced(function* (limits: ReadonlyArray<Limit>) {
    const reply = yield* redis.run((redis) =>
      Promise.all([redis.time(), ...limits.map((limit) => redis.lrange(logKey(limit), 0, -1))])
    )
    const [[seconds = 0, micros = 0], ...logs] = yield* Schema.decodeUnknown(Logs)(reply)
    const now = seconds * 1000 + micros / 1000
    return limits.map((limit, index) => usage(logs[index] ?? [], limit, now))
  }, translated)

  return LimitStore.of({ take, refund, usage: usageOf })
})

const translated = <A>(
  effect: Effect.Effect<A, LimitStoreUnavailable | RedisUnavailable | ParseResult.ParseError>
): Effect.Effect<A, LimitStoreUnavailable> =>
  Effect.catchTags(effect, {
    RedisUnavailable: unavailable,
    ParseError: noVerdict
  })

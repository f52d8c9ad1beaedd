// Limits shared by all processes: sliding logs in Redis behind the contract LimitStore, one indivisible script per call.
// Promises: Redis' clock alone counts; at most `max` numbers per limit, gone when drained; a Redis that has lost its memory says so once.
import { createHash } from "node:crypto"
import { Effect, Layer, type ParseResult, Schema } from "effect"
import type { Redis } from "ioredis"
import { type Limit, spanMs, weight } from "../throttle/Limit.ts"
import { LimitStore, LimitStoreUnavailable } from "../throttle/LimitStore.ts"
import { usage, type Verdict } from "../throttle/SlidingLog.ts"
import { RedisConnection, type RedisUnavailable } from "./RedisConnection.ts"

/*
 * The arithmetic is that of throttle/SlidingLog.ts. Beyond it:
 * - The mark is written into an empty Redis and kept by every process. A different mark means that the logs were lost in between.
 * - When Redis' clock was set back so far that the entry that must be old enough lies ahead of it, the log keeps its ages and its newest
 *   entry counts as made now: the wait stays bounded. Until then entries count for longer than they have to, which is safe; they stand in
 *   the order of the grants, whatever their times.
 */
const script = `
-- KEYS: mark, then a log per limit. ARGV: the mark known ('' at first), cost, then max and span in ms per limit.
-- Reply: {ms to wait, or 0: granted, or -1: memory lost; number of the limit that waits longest; time in ms; mark}
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function limit(i) return KEYS[i + 1], tonumber(ARGV[2 * i + 1]), tonumber(ARGV[2 * i + 2]) end
local function weight(max) return math.min(tonumber(ARGV[2]), max) end
local function text(ms) return string.format('%.0f', ms) end

local mark = redis.call('GET', KEYS[1])
if not mark then
  mark = time[1] .. '.' .. time[2]
  redis.call('SET', KEYS[1], mark, 'EX', 604800)
end
if ARGV[1] ~= '' and ARGV[1] ~= mark then return { -1, 0, now, mark } end

local wait, longest = 0, 0
for i = 1, #KEYS - 1 do
  local key, max, span = limit(i)
  local back = weight(max) - max - 1
  local barrier = redis.call('LINDEX', key, back)
  local ms = barrier and barrier + span - now or 0
  if ms > span then
    local ahead = redis.call('LINDEX', key, -1) - now
    for j, entry in ipairs(redis.call('LRANGE', key, 0, -1)) do
      redis.call('LSET', key, j - 1, text(entry - ahead))
    end
    redis.call('PEXPIRE', key, span)
    ms = redis.call('LINDEX', key, back) + span - now
  end
  if ms > wait then wait, longest = ms, i end
end
if wait > 0 then return { wait, longest, now, mark } end

local stamp = text(now)
for i = 1, #KEYS - 1 do
  local key, max, span = limit(i)
  local length = 0
  for _ = 1, weight(max) do length = redis.call('RPUSH', key, stamp) end
  if length > max then redis.call('LTRIM', key, -max, -1) end
  redis.call('PEXPIRE', key, span)
end
redis.call('EXPIRE', KEYS[1], 604800)
return { 0, 0, now, mark }
`

const digest = createHash("sha1").update(script).digest("hex")
const Reply = Schema.Tuple(Schema.Int, Schema.Int, Schema.Int, Schema.NonEmptyString)
const decodeReply = Schema.decodeUnknown(Reply)
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

const evaluate = (redis: Redis, keys: ReadonlyArray<string>, values: ReadonlyArray<string | number>) =>
  redis
    .evalsha(digest, keys.length, ...keys, ...values)
    .catch((error: unknown) =>
      error instanceof Error && error.message.startsWith("NOSCRIPT")
        ? redis.eval(script, keys.length, ...keys, ...values)
        : Promise.reject(error)
    )

const make = Effect.fnUntraced(function* ({ namespace }: RedisLimitsOptions) {
  const redis = yield* RedisConnection
  // One hash tag: in a Redis Cluster all keys of a call lie in one slot, as a script needs it.
  const key = (name: string) => `{oncecast:${namespace}}:${name}`
  const logKey = (limit: Limit) => key(`limit:${limit.key}`)
  let known = ""

  const take = Effect.fnUntraced(function* (limits: ReadonlyArray<Limit>, cost = 1) {
    const keys = [key("mark"), ...limits.map(logKey)]
    const values = [
      known,
      Math.max(1, Math.ceil(cost)),
      ...limits.flatMap((limit) => [limit.max, spanMs(limit)])
    ]
    // Asked twice, the call may be charged twice: a slot is lost, no limit is exceeded.
    const asked = redis.run((redis) => evaluate(redis, keys, values))
    const reply = yield* Effect.catchIf(
      asked,
      (error) => error.silent,
      () => asked
    )
    const [ms, longest, at, mark] = yield* decodeReply(reply)
    known = mark
    if (ms < 0) return yield* new LimitStoreUnavailable({ why: "it has lost its memory of past calls" })
    return verdict(ms, at, limits[longest - 1])
  }, translated)

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

const verdict = (ms: number, at: number, limit: Limit | undefined): Verdict =>
  ms === 0 ? { _tag: "Granted", at } : { _tag: "Wait", ms, key: limit?.key ?? "" }

const translated = <A>(
  effect: Effect.Effect<A, LimitStoreUnavailable | RedisUnavailable | ParseResult.ParseError>
): Effect.Effect<A, LimitStoreUnavailable> =>
  Effect.catchTags(effect, {
    RedisUnavailable: unavailable,
    ParseError: () => new LimitStoreUnavailable({ why: "it answered something that is no verdict" })
  })

// The calls of one moment against their sliding logs in Redis, in one script: a call alone costs the way there and back, ten together little
// more. Enters: calls with their limits. Leaves: a verdict for each. Promises: indivisible; each call sees those before it; Redis' clock alone
// counts; at most `max` numbers a log, gone when drained; a Redis that has lost its memory says so once.
import { createHash } from "node:crypto"
import type { Redis } from "ioredis"
import { type Limit, spanMs } from "../throttle/Limit.ts"
import type { Verdict } from "../throttle/SlidingLog.ts"

/*
 * The arithmetic is that of throttle/SlidingLog.ts. Beyond it:
 * - The mark is written into an empty Redis and kept by every process. A different mark means that the logs were lost in between.
 * - When Redis' clock was set back so far that the entry that must be old enough lies ahead of it, the log keeps its ages and its newest
 *   entry counts as made now: the wait stays bounded. Until then entries count for longer than they have to, which is safe; they stand in
 *   the order of the grants, whatever their times.
 * - What the script grants is written at its end, once a log; until then it counts as the log's newest entries, made now.
 */
const script = `
-- KEYS: mark, then the log of each limit. ARGV: the mark known ('' at first); max and span in ms of each limit; then of each call its cost,
-- how many limits it has, and their numbers.
-- Reply: {mark, time in ms, then for each call: ms to wait (0: granted), which of its limits waits longest}; without calls: memory lost
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function text(ms) return string.format('%.0f', ms) end

local mark = redis.call('GET', KEYS[1])
if not mark then
  mark = time[1] .. '.' .. time[2]
  redis.call('SET', KEYS[1], mark, 'EX', 604800)
end
if ARGV[1] ~= '' and ARGV[1] ~= mark then return { mark, now } end

local logs, limits = {}, {}
for i = 1, #KEYS - 1 do
  local key = KEYS[i + 1]
  local log = logs[key]
  if not log then
    log = { stored = redis.call('LLEN', key), granted = 0, max = 0, span = 0 }
    logs[key] = log
  end
  limits[i] = { key = key, log = log, max = tonumber(ARGV[2 * i]), span = tonumber(ARGV[2 * i + 1]) }
end

local function waitOf(limit, weight)
  local key, log, span = limit.key, limit.log, limit.span
  local back = limit.max - weight + 1
  if back <= log.granted then return span end
  back = back - log.granted
  if back > log.stored then return 0 end
  local ms = redis.call('LINDEX', key, -back) + span - now
  if ms > span then
    local ahead = redis.call('LINDEX', key, -1) - now
    for j, entry in ipairs(redis.call('LRANGE', key, 0, -1)) do
      redis.call('LSET', key, j - 1, text(entry - ahead))
    end
    redis.call('PEXPIRE', key, span)
    ms = redis.call('LINDEX', key, -back) + span - now
  end
  return ms
end

local reply = { mark, now }
local at = 2 * #KEYS
while at <= #ARGV do
  local cost, count = tonumber(ARGV[at]), tonumber(ARGV[at + 1])
  local wait, longest = 0, 0
  for j = 1, count do
    local limit = limits[tonumber(ARGV[at + 1 + j])]
    local ms = waitOf(limit, math.min(cost, limit.max))
    if ms > wait then wait, longest = ms, j end
  end
  if wait == 0 then
    for j = 1, count do
      local limit = limits[tonumber(ARGV[at + 1 + j])]
      local log = limit.log
      log.granted = log.granted + math.min(cost, limit.max)
      log.max = math.max(log.max, limit.max)
      log.span = math.max(log.span, limit.span)
    end
  end
  reply[#reply + 1] = wait
  reply[#reply + 1] = longest
  at = at + 2 + count
end

local stamp = text(now)
for key, log in pairs(logs) do
  local length, left = 0, log.granted
  while left > 0 do
    local stamps = {}
    for i = 1, math.min(left, 1000) do stamps[i] = stamp end
    length = redis.call('RPUSH', key, unpack(stamps))
    left = left - #stamps
  end
  if length > log.max then redis.call('LTRIM', key, -log.max, -1) end
  if length > 0 then redis.call('PEXPIRE', key, log.span) end
end
redis.call('EXPIRE', KEYS[1], 604800)
return reply
`

const digest = createHash("sha1").update(script).digest("hex")

/** Mark and time, then two numbers for each call. */
type Reply = readonly [mark: string, at: number, ...said: ReadonlyArray<number>]

const isReply = (reply: unknown): reply is Reply =>
  Array.isArray(reply) &&
  typeof reply[0] === "string" &&
  reply[0] !== "" &&
  reply.length >= 2 &&
  reply.every((one, place) => place === 0 || Number.isSafeInteger(one))

export interface Call {
  readonly limits: ReadonlyArray<Limit>
  readonly cost: number
}

/** What Redis said of calls. */
export interface Answer {
  /** Of its memory. */
  readonly mark: string
  /** Undefined when the mark known was another: Redis has lost its memory in between. */
  readonly verdicts: ReadonlyArray<Verdict> | undefined
}

const answerOf = (calls: ReadonlyArray<Call>, [mark, at, ...said]: Reply): Answer => ({
  mark,
  verdicts:
    said.length === 0
      ? undefined
      : calls.map(({ limits }, place): Verdict => {
          const [ms = 0, longest = 0] = said.slice(2 * place, 2 * place + 2)
          if (ms === 0) return { _tag: "Granted", at }
          return { _tag: "Wait", ms, key: limits[longest - 1]?.key ?? "" }
        })
})

/** Numbers what is the same limit of several calls once. */
const numbered = (calls: ReadonlyArray<Call>) => {
  const numbers = new Map<string, number>()
  const limits: Array<Limit> = []
  const numberOf = (limit: Limit): number => {
    const name = `${limit.max} ${limit.windowMs} ${limit.key}`
    const known = numbers.get(name)
    if (known !== undefined) return known
    limits.push(limit)
    numbers.set(name, limits.length)
    return limits.length
  }
  const asked = calls.map((call) => [call.cost, call.limits.length, ...call.limits.map(numberOf)])
  return { limits, asked: asked.flat() }
}

const evaluate = (redis: Redis, keys: ReadonlyArray<string>, values: ReadonlyArray<string | number>) =>
  redis
    .evalsha(digest, keys.length, ...keys, ...values)
    .catch((error: unknown) =>
      error instanceof Error && error.message.startsWith("NOSCRIPT")
        ? redis.eval(script, keys.length, ...keys, ...values)
        : Promise.reject(error)
    )

/** The question that calls are, to a Redis of which `known` is the mark; `keyOf` names its keys. */
export const question = (calls: ReadonlyArray<Call>, known: string, keyOf: (name: string) => string) => {
  const { limits, asked } = numbered(calls)
  const keys = [keyOf("mark"), ...limits.map((limit) => keyOf(`limit:${limit.key}`))]
  const values = [known, ...limits.flatMap((limit) => [limit.max, spanMs(limit)]), ...asked]
  return (redis: Redis): Promise<unknown> => evaluate(redis, keys, values)
}

/** What the reply to the question says; undefined when it is none. */
export const read = (calls: ReadonlyArray<Call>, reply: unknown): Answer | undefined =>
  isReply(reply) && (reply.length === 2 || reply.length === 2 + 2 * calls.length)
    ? answerOf(calls, reply)
    : undefined

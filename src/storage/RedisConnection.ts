// One connection to Redis for as long as the scope lives: promise-returning commands in, Effects with one typed error out.
// Promises: starts and goes on when Redis is away, reconnecting by itself; a command never queues and answers or fails within
// `commandMs`; closing never waits for Redis. The URL is read here and nowhere shown; errors carry no address and no credentials.
import { Context, Effect, Layer, Redacted, Schema } from "effect"
import type { Redis, RedisOptions } from "ioredis"

/**
 * Redis did not do it, or it is not known whether it did. `why` is fit for a log: no address, no arguments. `silent`: the connection
 * stands, but no answer came in time; asking once more may do, since it may have been this process that stood still.
 */
export class RedisUnavailable extends Schema.TaggedError<RedisUnavailable>(
  "oncecast/storage/RedisUnavailable"
)("RedisUnavailable", { why: Schema.String, silent: Schema.Boolean }) {
  override get message(): string {
    return `Redis is not available: ${this.why}.`
  }
}

export interface RedisConnectionOptions {
  /** `redis://[user:password@]host[:port][/db]`, `rediss://` for TLS. */
  readonly url: Redacted.Redacted
  /** Milliseconds that a command may take. Default 300. */
  readonly commandMs?: number
}

/** A socket that owes an answer for so long is dead, whatever TCP says: it is closed, and a new one is opened. */
const deadSocketMs = 5_000
const connectMs = 2_000
const longestReconnectMs = 2_000

export class RedisConnection extends Context.Tag("oncecast/storage/RedisConnection")<
  RedisConnection,
  {
    /** Runs commands on the connection. */
    readonly run: <A>(commands: (redis: Redis) => Promise<A>) => Effect.Effect<A, RedisUnavailable>
    /** The same as a promise, which is rejected with a RedisUnavailable: for commands that many wait for and no fiber of its own should. */
    readonly send: <A>(commands: (redis: Redis) => Promise<A>) => Promise<A>
  }
>() {
  static readonly layer = (options: RedisConnectionOptions): Layer.Layer<RedisConnection> =>
    Layer.scoped(RedisConnection, make(options))
}

const make = Effect.fnUntraced(function* ({ url, commandMs = 300 }: RedisConnectionOptions) {
  let lastError = "not connected yet"
  // Only where a Redis is named. Its default export, for a bundle has no other of what is CommonJS.
  const { default: ioredis } = yield* Effect.promise(() => import("ioredis"))
  const redis = yield* Effect.acquireRelease(
    Effect.sync(() => new ioredis.Redis(Redacted.value(url), optionsOf(commandMs))),
    // Not `quit`: that asks Redis, and would wait for one that is gone.
    (open) => Effect.sync(() => open.disconnect())
  )
  // Without a listener ioredis prints each failed reconnect to the console.
  redis.on("error", (error: unknown) => {
    lastError = reason(error)
  })
  // Ready at once when Redis is there; when it is not, ioredis goes on trying and commands fail until it succeeds.
  yield* Effect.tryPromise(() => redis.connect()).pipe(Effect.timeout(connectMs), Effect.ignore)

  const unavailable = (error: unknown): RedisUnavailable => {
    const why = redis.status === "ready" ? reason(error) : `no connection (${lastError})`
    return new RedisUnavailable({ why, silent: why === noAnswer })
  }
  return RedisConnection.of({
    run: (commands) => Effect.tryPromise({ try: () => commands(redis), catch: unavailable }),
    send: (commands) => commands(redis).catch((error) => Promise.reject(unavailable(error)))
  })
})

const optionsOf = (commandMs: number): RedisOptions => ({
  lazyConnect: true,
  enableOfflineQueue: false,
  // A command that was cut off may have been done: it is reported, never sent twice.
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  commandTimeout: commandMs,
  connectTimeout: connectMs,
  socketTimeout: deadSocketMs,
  retryStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 10), longestReconnectMs)
})

const noAnswer = "no answer in time"

/** What an error says without what it might give away: ioredis puts hosts into messages and arguments into fields. */
const reason = (error: unknown): string => {
  if (!(error instanceof Error)) return "unknown error"
  if (error.message === "Command timed out") return noAnswer
  if ("code" in error && typeof error.code === "string") return error.code
  return /^[A-Z]{2,}\b/.exec(error.message)?.[0] ?? "connection closed"
}

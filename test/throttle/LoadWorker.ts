// One process of the load proof: callers that always want more than is allowed. Each grant leaves at once as a UDP datagram.
// Its orders come as JSON in the first argument; it ends by itself when its loads have ended.
import { createSocket } from "node:dgram"
import { Effect, Layer, Logger, Redacted } from "effect"
import { RedisConnection } from "../../src/storage/RedisConnection.ts"
import * as RedisLimits from "../../src/storage/RedisLimits.ts"
import type { Limit } from "../../src/throttle/Limit.ts"
import { Throttle } from "../../src/throttle/Throttle.ts"

export interface Orders {
  readonly redisUrl: string
  readonly namespace: string
  readonly perSecond: number
  readonly share: number
  readonly port: number
  readonly loads: ReadonlyArray<{
    readonly chat: string
    readonly limits: ReadonlyArray<Limit>
    readonly callers: number
    /** Of the worker's life, in seconds. */
    readonly from: number
    readonly to: number
  }>
}

const { redisUrl, namespace, perSecond, share, port, loads }: Orders = JSON.parse(process.argv[2] ?? "")
const socket = createSocket("udp4")

/** The datagram carries the time at which it left; CLOCK_MONOTONIC is one for all processes of a machine. */
const call = (chat: string) => Effect.sync(() => socket.send(`${chat} ${process.hrtime.bigint()}`))

const program = Effect.gen(function* () {
  yield* Effect.async<void>((resume) => socket.connect(port, "127.0.0.1", () => resume(Effect.void)))
  const throttle = yield* Throttle
  yield* Effect.forEach(
    loads,
    ({ chat, limits, callers, from, to }) =>
      throttle
        .pass({ chat, limits })
        .pipe(
          Effect.andThen(call(chat)),
          Effect.forever,
          (caller) => Effect.replicateEffect(caller, callers, { concurrency: "unbounded", discard: true }),
          Effect.timeoutOption(`${to - from} seconds`),
          Effect.delay(`${from} seconds`)
        ),
    { concurrency: "unbounded", discard: true }
  )
  socket.close()
})

const layer = Throttle.layer({ perSecond, share }).pipe(
  Layer.provide(RedisLimits.layer({ namespace })),
  Layer.provide(RedisConnection.layer({ url: Redacted.make(redisUrl) })),
  Layer.provide(Logger.logFmt)
)

await Effect.runPromise(Effect.provide(program, layer))

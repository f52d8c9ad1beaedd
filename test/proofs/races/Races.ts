// Several processes on one database and one Redis, all reading the same feeds and publishing the same channels, while they are killed at random
// and started again. Constraints and leases must hold: in the end every item stands once in its channel.
import { Effect, Random, Redacted, Ref, type Scope } from "effect"
import { feed, folder, launch, start, telegram, until, writeCatalog } from "../../scenarios/Program.ts"
import { makeRedisServer } from "../../throttle/RedisServer.ts"
import { type Count, count, sum } from "../Counting.ts"

export interface RaceOptions {
  readonly processes: number
  readonly channels: number
  /** In each channel. */
  readonly items: number
  /** How long processes are killed, in seconds. */
  readonly killSeconds: number
  readonly seed: number
}

export interface Race extends Count {
  readonly expected: number
  readonly kills: number
  readonly seconds: number
  /** Attempts that were never answered, and how each of them ended. */
  readonly unknown: number
  readonly parked: number
}

const owner = (index: number) => 9_000 + index
const nameOf = (index: number) => `race_${index}`

const catalog = (urls: ReadonlyArray<string>) => `
channels:
${urls
  .map(
    (_, index) =>
      `  c${index}: { chat: "@${nameOf(index)}", pace: { gap: 0 seconds, perMinute: 100000 }, verify: { wait: 2 seconds, again: 1 second }, profileOf: ${owner(index)}, photos: 0 }`
  )
  .join("\n")}
sources:
${urls
  .map(
    (url, index) =>
      `  s${index}: { kind: rss, url: "${url}", every: 2 seconds, start: all, burst: false, to: [c${index}], allowPrivate: true }`
  )
  .join("\n")}
`

/** Keeps one process running; it is started again whenever it was killed. */
const keepRunning = (
  path: string,
  env: Record<string, string>,
  killing: Ref.Ref<boolean>,
  kills: Ref.Ref<number>
): Effect.Effect<never> =>
  Effect.scoped(
    Effect.gen(function* () {
      const running = yield* launch(path, env)
      const lives = yield* Random.nextIntBetween(2_500, 12_000)
      yield* Effect.sleep(lives)
      while (!(yield* Ref.get(killing))) yield* Effect.sleep("500 millis")
      yield* Ref.update(kills, (so) => so + 1)
      yield* running.end("SIGKILL")
    })
  ).pipe(Effect.forever)

export const race = (options: RaceOptions): Effect.Effect<Race, never, Scope.Scope> =>
  Effect.gen(function* () {
    const begun = performance.now()
    const redis = yield* makeRedisServer()
    const tg = yield* telegram(Array.from({ length: options.channels }, (_, index) => nameOf(index)))
    const lists = Array.from({ length: options.channels }, (_, channel) =>
      Array.from({ length: options.items }, (_, index) => `item ${channel}.${index}`)
    )
    const feeds = yield* Effect.forEach(lists, (items) => feed(items.toReversed()))
    for (let index = 0; index < options.channels; index++) {
      yield* Effect.orDie(tg.emulator.control.personalChat(owner(index), `@${nameOf(index)}`))
    }
    const path = yield* folder
    yield* writeCatalog(path, catalog(feeds.map(({ url }) => url)))
    const env = { ...tg.env, REDIS_URL: Redacted.value(redis.url), LOG_LEVEL: "error" }
    const killing = yield* Ref.make(true)
    const kills = yield* Ref.make(0)
    yield* Effect.forEach(
      Array.from({ length: options.processes }),
      () => Effect.fork(keepRunning(path, env, killing, kills)),
      { discard: true }
    )
    yield* Effect.sleep(options.killSeconds * 1000)
    yield* Ref.set(killing, false)
    const expected = options.channels * options.items
    const posts = Effect.map(
      Effect.forEach(lists, (_, index) => tg.texts(`@${nameOf(index)}`)),
      (texts) => texts.reduce((total, one) => total + one.length, 0)
    )
    const observer = yield* start(path, env)
    const rows = observer.status
    const over = Effect.map(rows, ({ channels }) =>
      channels.every(({ ledger }) => {
        const { queued = 0, sending = 0, unknown = 0, sent = 0, parked = 0 } = ledger?.counts ?? {}
        return queued + sending + unknown === 0 && sent + parked >= options.items
      })
    )
    yield* until("everything is settled", over, "30 minutes").pipe(
      Effect.tapErrorCause(() =>
        Effect.flatMap(posts, (found) => Effect.logError(`${found} of ${expected} posts`))
      )
    )
    const counts = yield* Effect.forEach(lists, (items, index) =>
      count(tg.emulator, `@${nameOf(index)}`, items)
    )
    const status = yield* rows
    const parked = status.channels.reduce((total, { ledger }) => total + (ledger?.counts.parked ?? 0), 0)
    const calls = yield* tg.emulator.control.calls("sendMessage")
    return {
      expected,
      ...sum(counts),
      kills: yield* Ref.get(kills),
      seconds: Math.round((performance.now() - begun) / 1000),
      unknown: calls.filter(({ reached }) => reached !== "answered").length,
      parked
    }
  }).pipe(Effect.withRandom(Random.make(options.seed)))

export const describeRace = (options: RaceOptions, found: Race): string =>
  [
    `${options.processes} processes, ${options.channels} channels, ${found.expected} items, ${found.kills} kills in ${options.killSeconds} s, all over after ${found.seconds} s:`,
    `sent ${found.sent}, lost ${found.lost}, doubled ${found.doubled}, left to a person ${found.parked}`
  ].join("\n")

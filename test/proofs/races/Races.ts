// Several processes on one database and one Redis, all reading the same feeds and publishing the same channels, while they are killed at random
// and started again. Constraints and leases must hold: in the end every item stands once in its channel.
import { Effect, Random, Redacted, Ref, type Scope } from "effect"
import type { Status } from "../../../src/operator/Status.ts"
import {
  type Environment,
  feed,
  folder,
  launch,
  start,
  type Telegram,
  telegram,
  until,
  writeCatalog
} from "../../scenarios/Program.ts"
import { makeRedisServer } from "../../throttle/RedisServer.ts"
import { type Count, count, sum } from "../Counting.ts"

export interface RaceOptions {
  readonly processes: number
  readonly channels: number
  /** In each channel. */
  readonly items: number
  /** How long processes are killed at the least, in seconds. */
  readonly killSeconds: number
  readonly seed: number
}

export interface Race extends Count {
  readonly expected: number
  readonly kills: number
  readonly seconds: number
  /** Attempts whose answer nobody heard. */
  readonly unknown: number
  /** Left to a person. */
  readonly parked: number
}

/** While processes are killed Telegram answers so late, in milliseconds, that most kills hit a send whose answer nobody hears then. */
const answerTakesMs = 1000

/** The killing goes on until there were so many; a busy machine takes longer to start what is to be killed. */
const leastKills = 5

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

/** One life in four ends while the process starts, the others while it works. */
const aLife = Effect.gen(function* () {
  const starting = (yield* Random.nextIntBetween(0, 4)) === 0
  return { starting, ms: yield* Random.nextIntBetween(300, starting ? 1_500 : 6_000) }
})

/** Keeps one process running; it is started again whenever it was killed. */
const keepRunning = (
  path: string,
  env: Environment,
  killing: Ref.Ref<boolean>,
  kills: Ref.Ref<number>
): Effect.Effect<never> =>
  Effect.scoped(
    Effect.gen(function* () {
      const { starting, ms } = yield* aLife
      const running = yield* starting ? launch(path, env) : start(path, env)
      yield* Effect.sleep(ms)
      while (!(yield* Ref.get(killing))) yield* Effect.sleep("500 millis")
      yield* Ref.update(kills, (so) => so + 1)
      yield* running.end("SIGKILL")
    })
  ).pipe(Effect.forever)

/** Sends that were carried out for a process that was dead before the answer. */
const unheard = (tg: Telegram) =>
  Effect.map(
    tg.emulator.control.calls("sendMessage"),
    (calls) => calls.filter(({ outcome }) => outcome === "client gone").length
  )

/** Processes are started and killed for a while; in the end all run. Gives the number of kills. */
const killed = (
  { processes, killSeconds }: RaceOptions,
  path: string,
  env: Environment,
  tg: Telegram
): Effect.Effect<number, never, Scope.Scope> =>
  Effect.gen(function* () {
    const killing = yield* Ref.make(true)
    const kills = yield* Ref.make(0)
    yield* tg.emulator.control.fault({
      stage: "processed",
      method: "sendMessage",
      times: Number.MAX_SAFE_INTEGER,
      action: { kind: "delay", ms: answerTakesMs }
    })
    for (let index = 0; index < processes; index++)
      yield* Effect.forkScoped(keepRunning(path, env, killing, kills))
    yield* Effect.sleep(killSeconds * 1000)
    const enough = Effect.gen(function* () {
      return (yield* Ref.get(kills)) >= leastKills && (yield* unheard(tg)) > 0
    })
    yield* until("kills hit what they are to hit", enough, "10 minutes")
    yield* Ref.set(killing, false)
    yield* tg.emulator.control.clearFaults
    return yield* Ref.get(kills)
  })

const partiesOf = ({ channels, items }: RaceOptions) =>
  Effect.gen(function* () {
    const chats = Array.from({ length: channels }, (_, index) => nameOf(index))
    const tg = yield* telegram(chats)
    for (const [index, chat] of chats.entries()) {
      // By nothing that stands there reading could be checked: of a post whose answer nobody heard a person would have to decide.
      yield* Effect.orDie(tg.emulator.control.postAsAdmin(`@${chat}`, "Welcome"))
      yield* Effect.orDie(tg.emulator.control.personalChat(owner(index), `@${chat}`))
    }
    const lists = chats.map((_, channel) =>
      Array.from({ length: items }, (_, index) => `item ${channel}.${index}`)
    )
    const feeds = yield* Effect.forEach(lists, (list) => feed(list.toReversed()))
    return { tg, lists, urls: feeds.map(({ url }) => url) }
  })

const isOver = ({ channels }: Status, { items }: RaceOptions) =>
  channels.every(({ ledger }) => {
    const { queued = 0, sending = 0, unknown = 0, sent = 0, parked = 0 } = ledger?.counts ?? {}
    return queued + sending + unknown === 0 && sent + parked >= items
  })

const parkedIn = ({ channels }: Status) =>
  channels.reduce((total, { ledger }) => total + (ledger?.counts.parked ?? 0), 0)

export const race = (options: RaceOptions): Effect.Effect<Race, never, Scope.Scope> =>
  Effect.gen(function* () {
    const begun = performance.now()
    const redis = yield* makeRedisServer()
    const { tg, lists, urls } = yield* partiesOf(options)
    const path = yield* folder
    yield* writeCatalog(path, catalog(urls))
    const env = { ...tg.env, REDIS_URL: Redacted.value(redis.url), LOG_LEVEL: "error" }
    const kills = yield* killed(options, path, env, tg)
    const observer = yield* start(path, env)
    const over = Effect.map(observer.status, (status) => isOver(status, options))
    yield* until("everything is settled", over, "30 minutes")
    const counts = yield* Effect.forEach(lists, (items, index) =>
      count(tg.emulator, `@${nameOf(index)}`, items)
    )
    return {
      expected: options.channels * options.items,
      ...sum(counts),
      kills,
      seconds: Math.round((performance.now() - begun) / 1000),
      unknown: yield* unheard(tg),
      parked: parkedIn(yield* observer.status)
    }
  }).pipe(Effect.withRandom(Random.make(options.seed)))

export const describeRace = (options: RaceOptions, found: Race): string =>
  [
    `${options.processes} processes, ${options.channels} channels, ${found.expected} items, ${found.kills} kills in ${options.killSeconds} s, all over after ${found.seconds} s:`,
    `unheard answers ${found.unknown}, sent ${found.sent}, lost ${found.lost}, doubled ${found.doubled}, left to a person ${found.parked}`
  ].join("\n")

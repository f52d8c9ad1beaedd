// The soak: the real process, a real Redis and the emulator as a process of its own, under steady work and bad weather for as long as is asked.
// Measured from outside all the time; in the end what was published is counted against what the emulator holds.
import { join } from "node:path"
import { Effect, Redacted, Ref, type Scope } from "effect"
import { chance } from "../../../src/sandbox/Chance.ts"
import { folder, type Program, start, until, writeCatalog } from "../../scenarios/Program.ts"
import { makeRedisServer } from "../../throttle/RedisServer.ts"
import { type Count, countIn, early, sum } from "../Counting.ts"
import { type Emulating, emulating } from "../Emulating.ts"
import { nodeOptions } from "../NodeOptions.ts"
import { type ChangingFeeds, changingFeeds } from "./ChangingFeeds.ts"
import { look, type Sample, sampleOf } from "./Measuring.ts"
import { floodSeconds, weather } from "./Weather.ts"

export interface SoakOptions {
  readonly hours: number
  readonly sources: number
  readonly channels: number
  /** New items in each channel, about. */
  readonly perMinute: number
  readonly seed: number
  /** Is told of each sample at once, so that a run that is broken off leaves something. */
  readonly tell: (sample: Sample) => void
}

export interface Soaked extends Count {
  readonly expected: number
  readonly polls: number
  /** Calls above a limit of Telegram's, or before a wait that it asked for was over. */
  readonly violations: number
  /** Left to a person. */
  readonly parked: number
  readonly faults: { readonly floods: number; readonly calls: number; readonly failed: number }
  readonly samples: ReadonlyArray<Sample>
}

const limits = { mode: "reject", burst: 3, spacingMs: 1_000, perMinute: 20, globalPerSecond: 30 } as const
const seconds = ({ hours }: SoakOptions) => hours * 3600
const nameOf = (channel: number) => `soak_${channel}`
const owner = (channel: number) => 9_000 + channel

/** The channels of a source: one, and of one source in ten two. */
const channelsOf = (source: number, channels: number) =>
  source % 10 === 0 ? [source % channels, (source + 1) % channels] : [source % channels]

/** Short runs poll more often, so that they see as much. */
const pollSeconds = (options: SoakOptions) => (seconds(options) < 900 ? 20 : 30)

const catalog = (urls: ReadonlyArray<string>, options: SoakOptions) => `
channels:
${Array.from(
  { length: options.channels },
  (_, index) =>
    `  c${index}: { chat: "@${nameOf(index)}", pace: { gap: 1 second, perMinute: 20 }, verify: { wait: 5 seconds, again: 2 seconds }, profileOf: ${owner(index)}, photos: 0 }`
).join("\n")}
sources:
${urls
  .map(
    (url, index) =>
      `  s${index}: { kind: rss, url: "${url}", every: ${pollSeconds(options)} seconds, start: ${index < options.channels ? 1 : 0}, burst: false, to: [${channelsOf(
        index,
        options.channels
      ).map((channel) => `c${channel}`)}], allowPrivate: true }`
  )
  .join("\n")}
`

/** A send that is not answered is found out by what was posted before, so each channel has a post before the weather turns bad. */
const firstPosts = (held: Emulating, feeds: ChangingFeeds, options: SoakOptions) =>
  Effect.gen(function* () {
    const expected = Array.from({ length: options.channels }, (): Array<string> => [])
    for (let source = 0; source < options.channels; source++)
      for (const channel of channelsOf(source, options.channels))
        expected[channel]?.push(feeds.newest(source))
    yield* until(
      "each channel's first posts",
      Effect.map(everythingOf(held, expected), ({ lost }) => lost === 0)
    )
    return expected
  })

/** New items at random moments; gives what each channel must show. */
const news = (feeds: ChangingFeeds, options: SoakOptions, expected: ReadonlyArray<Array<string>>) =>
  Effect.gen(function* () {
    const perSecond = (options.perMinute * options.channels) / 1.1 / 60
    for (let second = 0; ; second++) {
      yield* Effect.sleep("1 second")
      const count = Math.floor(perSecond) + (chance(options.seed, "news", second) < perSecond % 1 ? 1 : 0)
      for (let one = 0; one < count; one++) {
        const added = yield* feeds.add
        if (added === undefined) continue
        for (const channel of channelsOf(added.feed, options.channels)) expected[channel]?.push(added.item)
      }
    }
  })

/** A Redis that is gone for five seconds now and then, empty when it returns. */
const redisGone = ({ kill, restart }: Effect.Effect.Success<ReturnType<typeof makeRedisServer>>) =>
  kill.pipe(
    Effect.zipRight(Effect.sleep("5 seconds")),
    Effect.zipRight(restart),
    Effect.delay("20 minutes"),
    Effect.forever
  )

const everythingOf = (held: Emulating, expected: ReadonlyArray<ReadonlyArray<string>>) =>
  Effect.map(
    Effect.forEach(expected, (items, channel) =>
      Effect.map(held.history(`@${nameOf(channel)}`), (history) => countIn(history, items))
    ),
    sum
  )

/** Looks every five seconds; a sample a minute, in short runs more often. */
const measured = (
  program: Program,
  path: string,
  held: Emulating,
  options: SoakOptions,
  expected: ReadonlyArray<ReadonlyArray<string>>
) =>
  Effect.gen(function* () {
    const looks = Math.min(12, Math.max(1, Math.round(seconds(options) / 180)))
    const samples: Array<Sample> = []
    for (let at = 0; at + looks * 5 <= seconds(options); at += looks * 5) {
      const seen = yield* Effect.forEach(Array.from({ length: looks }), () =>
        Effect.delay(look(program), "5 seconds")
      )
      const { sent } = yield* everythingOf(held, expected)
      const sample = sampleOf(program, join(path, "data", "oncecast.db"), seen, {
        minute: (at + looks * 5) / 60,
        posts: sent
      })
      samples.push(sample)
      options.tell(sample)
    }
    return samples
  })

const violationsOf = (held: Emulating, { channels }: SoakOptions, floods: number) =>
  Effect.gen(function* () {
    const calls = yield* held.sends
    const refused = calls.filter(({ outcome }) => outcome === "429").length
    const over = yield* Effect.forEach(Array.from({ length: channels }), (_, channel) =>
      Effect.map(held.windows(`@${nameOf(channel)}`), (windows) => Math.max(0, windows.perMinute - 20))
    )
    const { perSecond } = yield* held.windows()
    const tooMany = over.reduce((total, one) => total + one, Math.max(0, perSecond - 30))
    return {
      violations: Math.max(0, refused - floods) + early(calls, floodSeconds) + tooMany,
      faults: {
        floods,
        calls: calls.length,
        failed: calls.filter(({ outcome }) => outcome !== "200" && outcome !== "429").length
      }
    }
  })

/** Waits until all is there, at most ten minutes, and looks once more a little later: what comes too much comes late. */
const drained = (held: Emulating, expected: ReadonlyArray<ReadonlyArray<string>>) =>
  Effect.gen(function* () {
    for (let turn = 0; turn < 300; turn++) {
      yield* Effect.sleep("2 seconds")
      if ((yield* everythingOf(held, expected)).lost === 0) break
    }
    yield* Effect.sleep("10 seconds")
    return yield* everythingOf(held, expected)
  })

export const soak = (options: SoakOptions): Effect.Effect<Soaked, never, Scope.Scope> =>
  Effect.gen(function* () {
    const path = yield* folder
    const chats = Array.from({ length: options.channels }, (_, index) => nameOf(index))
    const redis = yield* makeRedisServer()
    const held = yield* emulating(yield* folder, chats, limits)
    for (const [index, chat] of chats.entries())
      yield* held.act("personalChat", { user: owner(index), chat: `@${chat}` })
    const feeds = yield* changingFeeds(options.sources, options.seed)
    yield* writeCatalog(path, catalog(feeds.urls, options))
    const env = { ...held.env, REDIS_URL: Redacted.value(redis.url), LOG_LEVEL: "error" }
    const program = yield* start(path, env, ["run"], nodeOptions)
    const expected = yield* firstPosts(held, feeds, options)
    const floods = yield* Ref.make(0)
    const samples = yield* Effect.scoped(
      Effect.gen(function* () {
        yield* Effect.forkScoped(news(feeds, options, expected))
        yield* Effect.forkScoped(weather(held, chats, seconds(options) < 900 ? 6 : 20, options.seed, floods))
        yield* Effect.forkScoped(redisGone(redis))
        return yield* measured(program, path, held, options, expected)
      })
    )
    yield* feeds.calm
    const counts = yield* drained(held, expected)
    const { channels } = yield* program.status
    return {
      ...counts,
      ...(yield* violationsOf(held, options, yield* Ref.get(floods))),
      expected: expected.reduce((total, { length }) => total + length, 0),
      polls: feeds.polls(),
      parked: channels.reduce((total, { ledger }) => total + (ledger?.counts.parked ?? 0), 0),
      samples
    }
  })

// The exam that every rival failed: the real program against the emulator, in the situations in which posts get lost or doubled.
import { Effect, type Scope } from "effect"
import type { EmulatorShape } from "../../../src/sandbox/Emulator.ts"
import type { RatePolicy } from "../../../src/sandbox/RateModel.ts"
import {
  feed,
  folder,
  names,
  type Program,
  start,
  type Telegram,
  telegram,
  until,
  writeCatalog
} from "../../scenarios/Program.ts"
import { type Count, count, sum } from "../Counting.ts"

export interface Result extends Count {
  readonly situation: string
  readonly expected: number
  /** Calls above a limit of Telegram's, or before a wait that it asked for was over. */
  readonly violations: number
}

const owner = 9001

/** Quick to find out what happened to a send that was not answered; the rest as it is by default. */
const quick = `verify: { wait: 2 seconds, again: 1 second }, profileOf: ${owner}`
const unlimited = `pace: { gap: 0 seconds, perMinute: 6000 }, ${quick}`

const catalog = (channels: ReadonlyArray<string>, settings: string, url: string) => `
channels:
${channels.map((name) => `  ${name}: { chat: "@${name}", ${settings} }`).join("\n")}
sources:
  feed: { kind: rss, url: "${url}", every: 1 second, start: all, burst: false, to: [${channels.join(", ")}], allowPrivate: true }
`

interface Stage {
  readonly tg: Telegram
  readonly path: string
  readonly run: Effect.Effect<Program, never, Scope.Scope>
}

/** A Telegram, a feed that lists the items, and the program's folder. */
const staged = (
  channels: ReadonlyArray<string>,
  settings: string,
  url: string,
  rate: Partial<RatePolicy> = {}
) =>
  Effect.gen(function* () {
    const tg = yield* telegram(channels)
    yield* tg.emulator.control.rate(rate)
    for (const name of channels) yield* Effect.orDie(tg.emulator.control.personalChat(owner, `@${name}`))
    const path = yield* folder
    yield* writeCatalog(path, catalog(channels, settings, url))
    return { tg, path, run: start(path, tg.env) } satisfies Stage
  })

const posted = ({ tg }: Stage, channels: ReadonlyArray<string>, items: number) =>
  Effect.map(
    Effect.forEach(channels, (name) => tg.texts(`@${name}`)),
    (texts) => texts.every((one) => one.length >= items)
  )

/** Looks once more when all is there: what comes too much comes late. */
const calm = "4 seconds"

const judged = (
  situation: string,
  { tg }: Stage,
  channels: ReadonlyArray<string>,
  items: ReadonlyArray<string>,
  violations: number
) =>
  Effect.gen(function* () {
    const counts = yield* Effect.forEach(channels, (name) => count(tg.emulator, `@${name}`, items))
    return {
      situation,
      expected: channels.length * items.length,
      ...sum(counts),
      violations
    } satisfies Result
  })

const refusals = (emulator: EmulatorShape) =>
  Effect.map(emulator.control.calls(), (calls) => calls.filter(({ outcome }) => outcome === "429").length)

/** Telegram's own limits, judged as it judges: a burst of three, one a second, twenty a minute, thirty a second over all. */
const strict = { mode: "reject", burst: 3, spacingMs: 1_000, perMinute: 20, globalPerSecond: 30 } as const

const burst = Effect.gen(function* () {
  const items = names(90)
  const stage = yield* staged(["burst"], "photos: 0", (yield* feed(items)).url, strict)
  yield* stage.run
  yield* until("all 90", posted(stage, ["burst"], 90), "10 minutes")
  yield* Effect.sleep(calm)
  const windows = yield* Effect.orDie(stage.tg.emulator.control.windows("@burst"))
  const over = Math.max(0, windows.perMinute - 20) + (yield* refusals(stage.tg.emulator))
  return yield* judged("90 items at once, strict limits", stage, ["burst"], items, over)
})

const killed = Effect.gen(function* () {
  const items = names(21)
  const stage = yield* staged(["killed"], unlimited, (yield* feed(items)).url)
  yield* Effect.scoped(
    Effect.gen(function* () {
      const program = yield* stage.run
      yield* until("one accepted", posted(stage, ["killed"], 1))
      yield* program.end("SIGKILL")
    })
  )
  yield* stage.run
  yield* until("the rest", posted(stage, ["killed"], 21), "2 minutes")
  yield* Effect.sleep(calm)
  return yield* judged("kill -9 after one accepted send", stage, ["killed"], items, 0)
})

const waitSeconds = 2

const storm = Effect.gen(function* () {
  const items = names(40)
  const stage = yield* staged(["storm"], unlimited, (yield* feed(items)).url)
  const { control } = stage.tg.emulator
  const description = `Too Many Requests: retry after ${waitSeconds}`
  yield* control.fault({
    stage: "received",
    method: "sendMessage",
    probability: 0.25,
    action: { kind: "error", code: 429, description, retryAfter: waitSeconds }
  })
  yield* stage.run
  yield* until("all 40", posted(stage, ["storm"], 40), "3 minutes")
  const calls = yield* control.calls("sendMessage")
  const early = calls.filter(
    (call, index) =>
      calls[index - 1]?.outcome === "429" && call.at - (calls[index - 1]?.at ?? 0) < waitSeconds * 1000
  )
  return yield* judged("429 storms, waits as asked", stage, ["storm"], items, early.length)
})

const hangUps = Effect.gen(function* () {
  const items = names(25)
  const stage = yield* staged(["hangups"], unlimited, (yield* feed(items)).url)
  const { control } = stage.tg.emulator
  const restart = { kind: "error", code: 500, description: "Internal Server Error: restart" } as const
  for (const action of [restart, { kind: "rst" } as const, { kind: "html", status: 502 } as const]) {
    yield* control.fault({ stage: "processed", method: "sendMessage", probability: 0.1, action })
    yield* control.fault({ stage: "received", method: "sendMessage", probability: 0.05, action })
  }
  yield* stage.run
  yield* until("all 25", posted(stage, ["hangups"], 25), "5 minutes")
  yield* Effect.sleep(calm)
  return yield* judged("500s and hang-ups, before and after accept", stage, ["hangups"], items, 0)
})

const twoChannels = Effect.gen(function* () {
  const items = names(30)
  const channels = ["left", "right"]
  const stage = yield* staged(channels, unlimited, (yield* feed(items)).url)
  yield* stage.run
  yield* until("30 in each", posted(stage, channels, 30), "1 minute")
  yield* Effect.sleep(calm)
  return yield* judged("one feed to two channels", stage, channels, items, 0)
})

const churn = Effect.gen(function* () {
  const items = names(30)
  const source = yield* feed()
  let poll = 0
  source.answer((_, response) => {
    poll += 1
    const entries = items.map(
      (name) =>
        `<item><guid isPermaLink="false">${name}-${poll}</guid><title>${name}</title><link>https://news.example/${name}</link></item>`
    )
    response.setHeader("content-type", "application/rss+xml")
    response.end(`<rss version="2.0"><channel><title>Churn</title>${entries.join("")}</channel></rss>`)
  })
  const stage = yield* staged(["churn"], unlimited, source.url)
  yield* stage.run
  yield* until(
    "30 posts and 10 polls",
    Effect.map(posted(stage, ["churn"], 30), (all) => all && poll >= 10),
    "1 minute"
  )
  yield* Effect.sleep(calm)
  return yield* judged("guids that change with each poll", stage, ["churn"], items, 0)
})

const restarts = Effect.gen(function* () {
  const items = names(30)
  const stage = yield* staged(["restarts"], unlimited, (yield* feed(items)).url)
  for (const signal of ["SIGTERM", "SIGKILL", "SIGTERM"] as const) {
    yield* Effect.scoped(
      Effect.gen(function* () {
        const program = yield* stage.run
        yield* until("all 30", posted(stage, ["restarts"], 30), "1 minute")
        yield* Effect.sleep("2 seconds")
        yield* program.end(signal)
      })
    )
  }
  return yield* judged("restarts with a full feed", stage, ["restarts"], items, 0)
})

/** Each in a Telegram of its own; together they take as long as the longest, the burst at Telegram's pace: six minutes. */
export const situations = [burst, killed, storm, hangUps, twoChannels, churn, restarts]

export const exam: Effect.Effect<ReadonlyArray<Result>> = Effect.forEach(
  situations,
  (situation) => Effect.scoped(situation),
  { concurrency: 4 }
).pipe(Effect.orDie)

export const isClean = ({ lost, doubled, violations }: Result): boolean => lost + doubled + violations === 0

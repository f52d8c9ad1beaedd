// One rival on a stage of its own: a Telegram with its limits, a feed that is the same for all, its folder and its process. Starts with two posts,
// as channels have them: what a rival does with what is there at first sight is no part of the comparison.
import { readFileSync } from "node:fs"
import { Effect, Ref, type Scope } from "effect"
import type { EmulatorShape } from "../../../src/sandbox/Emulator.ts"
import { eventually, feed, folder, type Telegram, telegram, token, until } from "../../scenarios/Program.ts"
import { type Count, count, sum } from "../Counting.ts"
import { cpuSeconds } from "../soak/Measuring.ts"
import { owner } from "./Ours.ts"
import { type Absent, pollSeconds, type Rival, type Running, started } from "./Rival.ts"

/** CPU and memory of all processes of one rival in one situation. */
export interface Cost {
  readonly cpu: number
  /** MB, the most that was ever resident. */
  readonly peak: number
}

export interface Stage {
  readonly tg: Telegram
  readonly emulator: EmulatorShape
  readonly channels: ReadonlyArray<string>
  readonly polls: () => number
  /** Lists these items from now on, newest first; `churn`: under a guid that is another in each answer. */
  readonly list: (items: ReadonlyArray<string>, churn?: boolean) => void
  readonly launch: Effect.Effect<Running, never, Scope.Scope>
  readonly cost: Effect.Effect<Cost>
  readonly counted: (items: ReadonlyArray<string>) => Effect.Effect<Count>
}

/** Telegram's own limits, judged as it judges. */
const strict = { mode: "reject", burst: 3, spacingMs: 1_000, perMinute: 20, globalPerSecond: 30 } as const

const rss = (items: ReadonlyArray<readonly [name: string, at: number]>, salt: string) =>
  `<?xml version="1.0"?><rss version="2.0"><channel><title>News</title><link>https://news.example/</link><description>News</description>${items
    .map(
      ([name, at]) =>
        `<item><guid isPermaLink="false">${name}${salt}</guid><title>${name}</title><link>https://news.example/${name}</link><pubDate>${new Date(at).toUTCString()}</pubDate></item>`
    )
    .join("")}</channel></rss>`

const served = Effect.gen(function* () {
  const source = yield* feed()
  const dates = new Map<string, number>()
  let [polls, churns] = [0, false]
  let listed: ReadonlyArray<string> = []
  source.answer((_, response) => {
    polls += 1
    response.setHeader("content-type", "application/rss+xml")
    const dated = listed.map((name): readonly [string, number] => [name, dates.get(name) ?? 0])
    response.end(rss(dated, churns ? `-${polls}` : ""))
  })
  const list = (items: ReadonlyArray<string>, churn = false) => {
    // Newest first, a second apart, the newest now.
    for (const [age, name] of items.entries()) if (!dates.has(name)) dates.set(name, Date.now() - age * 1000)
    listed = items
    churns = churn
  }
  return { url: source.url, polls: () => polls, list }
})

const peakOf = (pid: number): number =>
  Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024

/** Notes what a process has used so far; it may be gone already. */
const noting = (costs: Ref.Ref<ReadonlyMap<number, Cost>>, pid: number) =>
  Effect.ignore(
    Effect.flatMap(
      Effect.try(() => ({ cpu: cpuSeconds(pid), peak: peakOf(pid) })),
      (cost) => Ref.update(costs, (so) => new Map(so).set(pid, cost))
    )
  )

const set = (rival: Rival, channels: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const tg = yield* telegram(channels)
    yield* Effect.orDie(tg.emulator.control.rate(strict))
    for (const [index, name] of channels.entries())
      yield* Effect.orDie(tg.emulator.control.personalChat(owner(index), `@${name}`))
    const { url, polls, list } = yield* served
    list(["old"])
    const path = yield* folder
    const command = yield* rival.configure({ folder: path, feed: url, channels, apiRoot: tg.root, token })
    const costs = yield* Ref.make<ReadonlyMap<number, Cost>>(new Map())
    const launch = Effect.gen(function* () {
      const running = yield* started(command, path)
      yield* noting(costs, running.pid).pipe(
        Effect.zipRight(Effect.sleep("1 second")),
        Effect.forever,
        Effect.forkScoped
      )
      return running
    })
    const cost = Effect.map(Ref.get(costs), (all) => ({
      cpu: [...all.values()].reduce((total, one) => total + one.cpu, 0),
      peak: Math.max(0, ...[...all.values()].map(({ peak }) => peak))
    }))
    const counted = (items: ReadonlyArray<string>) =>
      Effect.map(
        Effect.forEach(channels, (name) => count(tg.emulator, `@${name}`, items)),
        sum
      )
    return { tg, emulator: tg.emulator, channels, polls, list, launch, cost, counted } satisfies Stage
  })

/** Sets the stage, starts the rival and lets it post a first item. */
export const staged = (
  rival: Rival,
  channels: ReadonlyArray<string>
): Effect.Effect<Stage & { readonly running: Running }, Absent, Scope.Scope> =>
  Effect.gen(function* () {
    const stage = yield* set(rival, channels)
    const running = yield* stage.launch
    yield* eventually(`${rival.name} reads the feed`, () => stage.polls() > 0, "10 minutes")
    yield* Effect.sleep("5 seconds")
    stage.list(["first", "old"])
    yield* until(
      `${rival.name} posts a first item`,
      Effect.map(stage.counted(["first"]), ({ lost }) => lost === 0),
      "10 minutes"
    )
    return { ...stage, running }
  })

/** Until all is there, or nothing has come for three polls; then one more poll: what comes too much comes late. */
export const settled = (stage: Stage, items: ReadonlyArray<string>): Effect.Effect<void> =>
  Effect.gen(function* () {
    let [sent, since] = [-1, 0]
    while (since < 3 * pollSeconds) {
      const found = yield* stage.counted(items)
      if (found.lost === 0) break
      since = found.sent === sent ? since + 2 : 0
      sent = found.sent
      yield* Effect.sleep("2 seconds")
    }
    yield* Effect.sleep((pollSeconds + 10) * 1000)
  })

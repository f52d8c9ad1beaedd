// The public door ("oncecast/simulation") for tests of one's own source kinds and templates: the real service in virtual time, on a catalog and
// sources of the test's own. Enters: the catalog, what its URLs answer, which faults. Leaves: the channels as readers saw them, and the first
// promise that broke. Promises: the same options give the same result and trace; no network, no real time, nothing written.
import { Effect, Either, Option } from "effect"
import { kindsWith } from "../App/Layers.ts"
import { type Catalog, decodeCatalog } from "../config/Catalog.ts"
import type { SourceKindName } from "../domain/Source.ts"
import { checkTemplate } from "../publisher/rendering/Template.ts"
import { current, first, type Message, shownText } from "../sandbox/Messages.ts"
import { richText } from "../sandbox/page/RichText.ts"
import type { SourceKind } from "../sources/SourceKind.ts"
import { connectMemory } from "../storage/Database.ts"
import { Dice } from "./Dice.ts"
import { dateOffMs } from "./Ending.ts"
import { type Installation, publisherToken, witnessToken } from "./Installation.ts"
import { type Broken, Invariants, lostItems } from "./Invariants.ts"
import { kitWeb, type Script } from "./KitWeb.ts"
import { Life } from "./Life.ts"
import { Program } from "./Program.ts"
import { Records, watchSteps } from "./Records.ts"
import { calm } from "./Recovery.ts"
import { type FaultName, faultNames, type Scenario } from "./Scenario.ts"
import { type SimulatedTelegram, simulatedTelegram } from "./SimulatedTelegram.ts"
import { Trace } from "./Trace.ts"
import { setTroubles } from "./Troubles.ts"
import { VirtualTime } from "./VirtualTime.ts"
import { Weather } from "./Weather.ts"

export type { Answer, Script } from "./KitWeb.ts"

export interface KitOptions {
  /** As `oncecast.yaml`. Each chat is "@name". */
  readonly catalog: string
  /** The templates that the catalog names: the text of each by its path. */
  readonly templates?: Readonly<Record<string, string>>
  /** Kinds that are read in the place of those that the catalog names so. */
  readonly kinds?: Partial<Readonly<Record<SourceKindName, SourceKind>>>
  /** What the sources' URLs answer. */
  readonly script: Script
  /** What goes wrong for as long as `hours` last; default nothing. Other admins never interfere. */
  readonly faults?: "none" | "all" | ReadonlyArray<FaultName>
  /** Then faults end, and everything must come into order within a day. Default 6. */
  readonly hours?: number
  /** Default 1. */
  readonly seed?: number
}

/** A post as readers see it at the end. */
export interface SeenPost {
  readonly text: string
  readonly html: string
  readonly photo: boolean
  /** Milliseconds after the world began. */
  readonly at: number
}

export interface Seen {
  /** By the channel's chat ("@deals"), oldest first. */
  readonly posts: Readonly<Record<string, ReadonlyArray<SeenPost>>>
  /** The first promise that did not hold. */
  readonly broken: Broken | undefined
  /** Deliveries that wait for a person. */
  readonly parked: number
  readonly trace: ReadonlyArray<string>
}

const startMs = Date.UTC(2026, 2, 27)
const hourMs = 3_600_000

const catalogOf = ({ catalog, templates = {} }: KitOptions): Catalog =>
  Either.getOrThrowWith(
    decodeCatalog("catalog", catalog, (path) => {
      const text = templates[path]
      if (text === undefined) return Either.left({ line: 0, message: "is not among the templates" })
      return Option.match(checkTemplate(text), {
        onNone: () => Either.right(text),
        onSome: (fault) => Either.left(fault)
      })
    }),
    (fault) => fault
  )

const installationOf = (catalog: Catalog): Installation => ({
  places: [...catalog.channels.values()].map((channel) => ({
    channel,
    username: channel.chat.replace(/^@/, ""),
    owner: Option.none(),
    group: Option.none()
  })),
  sources: [...catalog.sources.values()],
  witness: false,
  catalog
})

const faultsOf = (faults: KitOptions["faults"] = "none"): ReadonlyArray<FaultName> => {
  const named = faults === "none" ? [] : faults === "all" ? faultNames : faults
  return named.filter((name) => name !== "other-admins")
}

const scenarioOf = (options: KitOptions, { places, sources }: Installation): Scenario => ({
  seed: options.seed ?? 1,
  hours: options.hours ?? 6,
  sources: sources.length,
  channels: places.length,
  itemsPerDay: 1,
  pollMinutes: 1,
  instances: 1,
  faults: faultsOf(options.faults),
  weight: 1,
  lateness: "within-bound"
})

/** Runs the service on it. Rejects when the catalog is not valid. */
export const runWorld = async (options: KitOptions): Promise<Seen> => {
  const installation = installationOf(catalogOf(options))
  const scenario = scenarioOf(options, installation)
  const dice = new Dice(`kit/${scenario.seed}`)
  const time = new VirtualTime(startMs, dice.for("order"))
  const now = () => time.now
  const lines: Array<string> = []
  const trace = new Trace(now, (line) => void lines.push(line))
  const weather = new Weather(scenario, dice.for("weather"), trace)
  const outside = new Life(time, dice.for("outside"), () => undefined)
  const connection = connectMemory()
  const records = new Records(connection)
  let writer = ""
  let seen: Invariants | undefined
  const isOver = () => seen?.broken !== undefined
  const telegram = await started(outside, time, {
    installation,
    weather,
    dice: dice.for("telegram"),
    outside,
    time,
    observe: (what, call) => (what === "arrived" ? seen?.arrived(call) : undefined),
    say: trace.say,
    longestPollSeconds: 600,
    beyondBound: false
  })
  const secrets = [publisherToken, witnessToken]
  const invariants = new Invariants({
    installation,
    chat: telegram.chat,
    now,
    secrets,
    doublesAdmitted: false
  })
  seen = invariants
  watchSteps(connection, (step) => invariants.stepped(step, writer))
  let catalog = installation.catalog
  const kinds = kindsWith(options.kinds ?? {})
  const program = new Program(
    {
      time,
      weather,
      trace,
      outside,
      dice: dice.for("programs"),
      shared: connection,
      tokens: { publisher: publisherToken, witness: Option.none() },
      exchange: telegram.exchange,
      web: kitWeb({ script: options.script, weather, startMs, now }),
      longestPollSeconds: 600,
      catalog: () => catalog,
      committed: () => undefined,
      writes: (owner) => {
        writer = owner
      },
      alter: (edges) => ({ ...edges, kinds })
    },
    "program"
  )
  const troubled = {
    ...{ weather, outside, installation, telegram, now, redis: undefined, beyondBound: false },
    programs: [program],
    truths: new Map<string, never>(),
    reload: (next: Catalog) => {
      catalog = next
      program.reload(next)
    }
  }
  setTroubles(troubled)
  program.start()
  await time.run(startMs + scenario.hours * hourMs, isOver)
  calm(troubled)
  const latest = time.now + 24 * hourMs
  // A poll may have been recorded under a date that was ahead.
  const since = time.now + (scenario.faults.includes("clock-jumps") ? dateOffMs : 60_000)
  const waits = () => waiting(installation, records, since)
  do await time.run(time.now + hourMs / 2, isOver)
  while (!isOver() && time.now < latest && waits() > 0)
  if (waits() > 0) invariants.breaks("everything recovers", `${waits()} sources, deliveries or changes wait`)
  judge(installation, telegram, records, invariants)
  const posts = Object.fromEntries(
    installation.places.map(({ channel, username }) => [
      channel.chat,
      standing(telegram, username).map(asSeen)
    ])
  )
  const result = {
    posts,
    broken: invariants.broken,
    parked: records.deliveries("parked").length,
    trace: lines
  }
  program.kill("the world ends")
  outside.kill()
  telegram.hangUp()
  connection.close()
  return result
}

const started = async (
  outside: Life,
  time: VirtualTime,
  options: Parameters<typeof simulatedTelegram>[0]
): Promise<SimulatedTelegram> => {
  let telegram: SimulatedTelegram | undefined
  // For ever, without the timer that keeps Effect.never alive.
  const stays = Effect.async<never>(() => undefined)
  const made = Effect.flatMap(simulatedTelegram(options), (ready) => {
    telegram = ready
    return stays
  })
  outside.run(Effect.scoped(made))
  await time.run(startMs, () => false)
  if (telegram === undefined) throw new Error("the simulated Telegram did not start")
  return telegram
}

/** Sources that have not been polled well since, deliveries under way, and changes of posts. */
const waiting = ({ sources }: Installation, records: Records, since: number): number =>
  sources.length -
  records.healthySources(since) +
  records.deliveries("queued", "sending", "unknown").length +
  records.openWork()

/** The bot's own posts that were not taken away. */
const standing = (telegram: SimulatedTelegram, username: string): ReadonlyArray<Message> =>
  [...(telegram.chat(username)?.messages.values() ?? [])].filter(
    ({ author, deleted }) => author.kind === "bot" && deleted === undefined
  )

const asSeen = (message: Message): SeenPost => ({
  text: shownText(message).text,
  html: richText(shownText(message)).markup,
  photo: current(message).content.kind === "photo",
  at: first(message).at - startMs
})

const judge = (
  { places }: Installation,
  telegram: SimulatedTelegram,
  records: Records,
  invariants: Invariants
): void => {
  for (const { channel, username } of places) {
    const texts = standing(telegram, username).map((message) => shownText(message).text)
    const twice = texts.find((text, index) => texts.indexOf(text) < index)
    if (twice !== undefined) invariants.breaks("each item once", `stands twice in ${channel.chat}: ${twice}`)
    const sent = records.deliveries("sent", "edited").filter((one) => one.channel === channel.id).length
    if (texts.length < sent) {
      invariants.breaks(lostItems, `${sent} count as sent to ${channel.chat}, ${texts.length} stand`)
    }
  }
}

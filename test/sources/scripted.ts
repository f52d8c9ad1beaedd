// A source's surroundings as a test wants them: a network that answers by script, a reader of lines, an intake that knows what it was given.
// Time is the test clock's, chance is fixed in the middle.
import { Clock, Context, Effect, Either, HashMap, Layer, Logger, Option, Random } from "effect"
import { type Channel, channelDefaults } from "../../src/domain/Channel.ts"
import type { Item } from "../../src/domain/Item.ts"
import { ChannelId, SourceId } from "../../src/domain/Names.ts"
import type { Source } from "../../src/domain/Source.ts"
import { StorageFailed } from "../../src/domain/StorageFailed.ts"
import {
  type Admission,
  type Cursor,
  Intake,
  type PolledDocument,
  type Route
} from "../../src/outbox/Intake.ts"
import { Signals } from "../../src/outbox/Signals.ts"
import { Steering } from "../../src/outbox/Steering.ts"
import { heldBody } from "../../src/sources/Body.ts"
import type { DocumentReader } from "../../src/sources/DocumentReader.ts"
import { type FetchError, FetchFailed } from "../../src/sources/FetchErrors.ts"
import { type Fetched, Fetcher, type FetchRequest } from "../../src/sources/Fetcher.ts"
import { Kinds } from "../../src/sources/Kinds.ts"
import { Pages } from "../../src/sources/Pages.ts"
import { type SourceReport, type SourceStart, sourceFiber } from "../../src/sources/SourceFiber.ts"
import { type PollRecord, SourceJournal } from "../../src/sources/SourceJournal.ts"
import type { SourceKind } from "../../src/sources/SourceKind.ts"

export const deals: Channel = {
  ...channelDefaults,
  id: ChannelId.make("deals"),
  chat: "@deals",
  pace: { gapMs: 3000, perMinute: 15 },
  capacity: 10
}

export const routes: ReadonlyArray<Route> = [{ channel: deals, where: {} }]

export const sourceNamed = (id: string, more: Partial<Source> = {}): Source => ({
  id: SourceId.make(id),
  kind: "rss",
  url: `https://${id}.example/feed`,
  everyMs: 60_000,
  start: "all",
  to: [deals.id],
  where: {},
  allowPrivate: false,
  variants: "each",
  burst: false,
  maxBytes: 1000,
  maxItems: 100,
  pages: 50,
  ...more
})

/** A body of one item a line. */
export const lines = (...titles: ReadonlyArray<string>): Fetched => ({
  _tag: "Document",
  body: heldBody(Buffer.from(titles.join("\n")), { url: "https://user.example/feed?key=hush" }),
  cursor: { etag: titles.join(), bodyHash: titles.join() }
})

export const failed = (reason: FetchFailed["reason"] = "server", retryAfterMs?: number) =>
  new FetchFailed({
    url: "https://shop.example/feed",
    reason,
    detail: "answered 503",
    ...(retryAfterMs === undefined ? {} : { retryAfterMs })
  })

const item = (title: string): Item => ({ title, body: "", images: [], categories: [] })

/** Understands a document that is short enough to be its own head. */
const open: SourceKind["open"] = (head) => {
  const text = Buffer.from(head.bytes).toString()
  if (text === "never") return Effect.never
  const facts: ReturnType<DocumentReader["facts"]> = text.startsWith("<html")
    ? Either.left("an HTML page")
    : text === "captcha"
      ? Either.left({ _tag: "Blocked", found: "a bot check (a captcha)" })
      : Either.right({ complete: true, faults: [], further: [] })
  return Effect.succeed({
    write: () => [],
    end: () => (Either.isRight(facts) ? text.split("\n").map(item) : []),
    done: () => false,
    facts: () => facts
  })
}

type Answer = Fetched | Effect.Effect<Fetched, FetchError>

const makeWorld = Effect.gen(function* () {
  const script = new Map<string, (n: number) => Answer>()
  const asked: Array<{ readonly host: string; readonly at: number; readonly cursor: Cursor }> = []
  const logged: Array<{ readonly level: string; readonly text: string; readonly source: unknown }> = []
  const journal: Array<PollRecord> = []
  const reports: Array<string> = []
  const cursors = new Map<string, Cursor>()
  const known = new Set<string>()
  const paused = new Set<string>()
  /** When a clock was found to have been set back. */
  const setRight: Array<number> = []
  const room = {
    full: false,
    releasing: 0,
    hold: false,
    broken: undefined as StorageFailed["reason"] | undefined
  }

  const store = <A>(use: () => A) =>
    Effect.suspend(() =>
      room.broken === undefined
        ? Effect.sync(use)
        : new StorageFailed({ operation: "do it", reason: room.broken, cause: "script" })
    )

  const admit = (document: PolledDocument): Admission => {
    const fresh = document.items.filter(({ title }) => !known.has(title))
    for (const { title } of fresh) known.add(title)
    cursors.set(document.source.id, document.cursor)
    return {
      items: document.items.length,
      fresh: room.hold ? 0 : fresh.length,
      known: document.items.length - fresh.length,
      updated: 0,
      repeated: 0,
      queued: new Map([[deals.id, fresh.length]]),
      filtered: new Map(),
      baseline: 0,
      duplicatesPrevented: 0,
      overruled: 0,
      deferred: 0,
      held: room.hold ? Option.some({ burst: 1, items: fresh.length }) : Option.none(),
      distrusted: [],
      gone: 0,
      gap: false,
      doubted: false
    }
  }

  const kind = { accept: "text/plain", open }

  const layer = Layer.mergeAll(
    Layer.mock(Fetcher, {
      fetch: (request: FetchRequest) =>
        Effect.gen(function* () {
          const { host } = new URL(request.url)
          const before = asked.filter((one) => one.host === host).length
          asked.push({ host, at: yield* Clock.currentTimeMillis, cursor: request.cursor })
          const answer = script.get(host)?.(before) ?? lines("a")
          return yield* Effect.isEffect(answer) ? answer : Effect.succeed(answer)
        })
    }),
    Kinds.layer({ rss: kind, yml: kind, merchant: kind, csv: kind, page: kind, json: kind, sitemap: kind }),
    Layer.mock(Intake, {
      session: (opening) =>
        store(() => {
          const items: Array<Item> = []
          return {
            admit: (some) => Effect.sync(() => void items.push(...some)),
            end: (ending) => Effect.sync(() => admit({ ...opening, ...ending, items }))
          }
        }),
      cursor: (source) => store(() => cursors.get(source) ?? {}),
      full: () => store(() => (room.full ? Option.some(deals.id) : Option.none())),
      tell: () => store(() => new Map()),
      setRight: (_, now) => store(() => void setRight.push(now)),
      continueReleases: () =>
        store(() => {
          const { releasing } = room
          room.releasing = 0
          return releasing
        })
    }),
    Layer.mock(SourceJournal, {
      record: (poll) => Effect.sync(() => void journal.push(poll)),
      last: (source) => store(() => Option.fromNullable(journal.findLast((poll) => poll.source === source)))
    }),
    Layer.mock(Pages, {}),
    Layer.mock(Steering, { isPaused: ({ id }) => store(() => paused.has(id)) }),
    Signals.layer,
    Logger.replace(
      Logger.defaultLogger,
      Logger.make(({ annotations, logLevel, message }) => {
        const source = Option.getOrUndefined(HashMap.get(annotations, "source"))
        logged.push({ level: logLevel._tag, text: JSON.stringify(message), source })
      })
    )
  )

  const say = (text: string) => Effect.sync(() => void reports.push(text))
  const report: SourceReport = {
    running: () => say("running"),
    waiting: (until, why) => say(`waiting until ${until}: ${why}`),
    openCircuit: (until, why) => say(`open until ${until}: ${why}`)
  }
  const run = (source: Source, start?: SourceStart) =>
    sourceFiber(source, routes, report, start).pipe(Effect.withRandom(Random.fixed([0.5])))

  /** When a source was polled, in seconds. */
  const polls = (id: string) =>
    asked.filter(({ host }) => host.startsWith(`${id}.`)).map(({ at }) => at / 1000)

  return {
    setRight,
    script,
    asked,
    logged,
    journal,
    reports,
    known,
    paused,
    room,
    cursors,
    polls,
    run,
    layer
  }
})

export class World extends Context.Tag("test/World")<World, Effect.Effect.Success<typeof makeWorld>>() {
  static readonly layer = Layer.unwrapEffect(
    Effect.map(makeWorld, (world) => Layer.merge(Layer.succeed(World, world), world.layer))
  )
}

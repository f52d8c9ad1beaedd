// A stage for the channel fiber: the real outbox on SQLite in memory, the real throttle, and a Telegram that plays a script and writes down
// what it was sent. Only Telegram is a double; how it looks to a reader is tested against the emulator.
import { Clock, Context, Effect, Layer } from "effect"
import { type Channel, channelDefaults } from "../../src/domain/Channel.ts"
import type { Item } from "../../src/domain/Item.ts"
import { ChannelId } from "../../src/domain/Names.ts"
import type { Post } from "../../src/domain/Post.ts"
import { StorageFailed } from "../../src/domain/StorageFailed.ts"
import { Outbox, type Outcome } from "../../src/outbox/Outbox.ts"
import { Signals } from "../../src/outbox/Signals.ts"
import { type ChannelOptions, channelFiber } from "../../src/publisher/ChannelFiber.ts"
import type { ChannelReport } from "../../src/publisher/ChannelReport.ts"
import { Photos, PhotoUnavailable } from "../../src/publisher/Photos.ts"
import { Database } from "../../src/storage/Database.ts"
import * as Storage from "../../src/storage/Storage.ts"
import { Reader } from "../../src/telegram/Reader.ts"
import {
  type Photo,
  type SentPost,
  Telegram,
  type TelegramError,
  TelegramUnreachable
} from "../../src/telegram/Telegram.ts"
import { LimitStore } from "../../src/throttle/LimitStore.ts"
import { Throttle } from "../../src/throttle/Throttle.ts"
import { insertDelivery } from "../storage/fixtures.ts"

export interface Sending {
  readonly at: number
  readonly chat: string
  readonly post: Post
  readonly photo: Photo | undefined
  readonly photos: ReadonlyArray<Photo>
}

type Answer = Effect.Effect<SentPost, TelegramError>

/** What happened, in order: "begin 1", "send Kettle", "settle 1 Sent". */
export class Stage extends Context.Tag("test/Stage")<
  Stage,
  {
    readonly sent: Array<Sending>
    readonly edits: Array<Post>
    readonly log: Array<string>
    readonly outcomes: Array<Outcome>
    readonly markers: Array<string>
    readonly reports: Array<string>
    /** Played in turn; when it is empty Telegram accepts. */
    readonly script: Array<Answer>
    readonly pictures: Map<string, Uint8Array>
    /** Fails the next calls of an outbox method. */
    readonly failures: Array<{ readonly method: string; readonly error: Effect.Effect<never, never> }>
  }
>() {
  static readonly layer = Layer.sync(Stage, () => ({
    sent: [],
    edits: [],
    log: [],
    outcomes: [],
    markers: [],
    reports: [],
    script: [],
    pictures: new Map(),
    failures: []
  }))
}

const telegram = Layer.effect(
  Telegram,
  Effect.map(Stage, (stage) =>
    Telegram.of({
      send: (chat, post, photos = []) =>
        Effect.gen(function* () {
          const [photo] = photos
          stage.sent.push({ at: yield* Clock.currentTimeMillis, chat, post, photo, photos })
          stage.log.push(`send ${textOf(post)}`)
          return yield* stage.script.shift() ?? Effect.succeed({ messageIds: [stage.sent.length] })
        }),
      edit: (_, messageId, post) =>
        Effect.sync(() => {
          stage.edits.push(post)
          stage.log.push(`edit ${messageId} ${textOf(post)}`)
        }),
      remove: (_, ids) => Effect.sync(() => void stage.log.push(`remove ${ids.join(" ")}`)),
      me: Effect.succeed({ id: 1, username: "once_bot" }),
      access: () => Effect.dieMessage("not asked here")
    })
  )
)

/** Nothing can be seen: whoever looks finds out nothing. */
const reader = Layer.effect(
  Reader,
  Effect.map(Stage, () => {
    const blind = Effect.fail(
      new TelegramUnreachable({ method: "look", detail: "nobody looks on this stage" })
    )
    return Reader.of({ newest: () => blind, forward: () => blind, exists: () => blind })
  })
)

const photos = Layer.effect(
  Photos,
  Effect.map(Stage, (stage) =>
    Photos.of({
      load: (url) =>
        Effect.fromNullable(stage.pictures.get(url)).pipe(
          Effect.mapError(() => new PhotoUnavailable({ url, detail: "there is none" }))
        )
    })
  )
)

/** The outbox, written down. */
const watched = Layer.effect(
  Outbox,
  Effect.gen(function* () {
    const stage = yield* Stage
    const outbox = yield* Outbox
    const failing = (method: string) =>
      Effect.suspend(() => {
        const next = stage.failures.findIndex((failure) => failure.method === method)
        return next < 0 ? Effect.void : (stage.failures.splice(next, 1)[0]?.error ?? Effect.void)
      })
    return Outbox.of({
      ...outbox,
      claim: (...given) => Effect.zipRight(failing("claim"), outbox.claim(...given)),
      begin: (intent) =>
        failing("begin").pipe(
          Effect.zipRight(outbox.begin(intent)),
          Effect.tap(() => {
            stage.log.push(`begin ${intent.delivery}`)
            stage.markers.push(intent.marker)
          })
        ),
      settle: (attempt, fence, outcome, now) =>
        failing("settle").pipe(
          Effect.zipRight(outbox.settle(attempt, fence, outcome, now)),
          Effect.tap(() => {
            stage.log.push(`settle ${attempt} ${outcome._tag}`)
            stage.outcomes.push(outcome)
          })
        )
    })
  })
)

export const layer = Layer.mergeAll(
  watched.pipe(Layer.provideMerge(Storage.layerMemory)),
  telegram,
  reader,
  photos,
  // Alone on its limits: no peers, no heartbeat.
  Throttle.layer({ share: 1 }).pipe(Layer.provide(LimitStore.layerMemory))
).pipe(Layer.provideMerge(Stage.layer), Layer.provideMerge(Signals.layer))

export const deals: Channel = { ...channelDefaults, id: ChannelId.make("deals"), chat: "@deals" }

export const textOf = (post: Post): string => post.html.replace(/<[^>]*>|\u200b/g, "").split("\n")[0] ?? ""

export const titles = Effect.map(Stage, (stage) => stage.sent.map(({ post }) => textOf(post)))

export const enqueue = (
  title: string,
  channel: Channel = deals,
  item: Partial<Item> = {},
  counted: { readonly brand?: string; readonly category?: string } = {}
) =>
  Effect.gen(function* () {
    const database = yield* Database
    const signals = yield* Signals
    const now = yield* Clock.currentTimeMillis
    const id = yield* database.transaction("enqueue", (db) =>
      insertDelivery(db, { channel: channel.id, title, item, priority: 0, now, ...counted })
    )
    yield* signals.notify({ kind: "channel", id: channel.id })
    return id
  })

const reporting = Effect.map(Stage, (stage): ChannelReport => {
  const say = (words: string) => Effect.sync(() => void stage.reports.push(words))
  return {
    running: () => say("running"),
    waiting: (until, why) => say(`waiting ${until} ${why}`),
    openCircuit: (until, why) => say(`open ${until} ${why}`)
  }
})

/** A lease so long that its renewals do not slow the test clock down. */
export const calmLease: ChannelOptions = { leaseTtl: "1 day" }

export const publishing = (channel: Channel = deals, owner = "one", options: ChannelOptions = calmLease) =>
  Effect.flatMap(reporting, (report) => channelFiber(channel, owner, report, options))

export const claimOf = (channel: Channel = deals) =>
  Effect.flatMap(Outbox, (outbox) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => outbox.claim(channel.id, now))
  )

export const picture = (): Uint8Array => {
  const bytes = new Uint8Array(64)
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52])
  bytes.set([0, 0, 2, 0, 0, 0, 2, 0], 16)
  return bytes
}

/** The test's clock, whose date can be set back as a machine's can. */
export const settable = (clock: Clock.Clock) => {
  let back = 0
  const set: Clock.Clock = Object.assign(Object.create(clock), {
    currentTimeMillis: Effect.map(clock.currentTimeMillis, (now) => now - back),
    unsafeCurrentTimeMillis: () => clock.unsafeCurrentTimeMillis() - back,
    unsafeCurrentTimeNanos: () => clock.unsafeCurrentTimeNanos()
  })
  const setBack = (ms: number) => {
    back = ms
  }
  return { clock: set, setBack }
}

/** The outbox of a store that gives a lease once, and is busy whenever it is to be renewed. */
export const stuckAfterLease = Effect.map(Outbox, (outbox) => {
  const busy = new StorageFailed({ operation: "lease", reason: "busy", cause: "SQLITE_BUSY" })
  let asked = 0
  return Outbox.of({
    ...outbox,
    lease: (...given) => (asked++ === 0 ? outbox.lease(...given) : Effect.fail(busy)),
    renew: () => Effect.fail(busy)
  })
})

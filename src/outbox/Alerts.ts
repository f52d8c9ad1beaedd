// What operators were told of, durably, so that a restart neither repeats nor forgets; which process tells, so that only one does; and what the
// others report to it of themselves.
import { Context, type Effect, type Option, Schema } from "effect"
import type { Millis } from "../domain/Names.ts"
import type { StorageFailed } from "../domain/StorageFailed.ts"

/** Something that a person should know of, as it is at a moment. */
export const Problem = Schema.Struct({
  /** The same as long as it is the same problem: "source/shop failing". */
  key: Schema.String,
  /** "channel/deals", "source/shop", or what of the service. */
  about: Schema.String,
  tone: Schema.Literal("failing", "decide", "notice"),
  /** A clause: "source shop keeps failing". */
  what: Schema.String,
  /** Empty when `what` says it all. */
  why: Schema.String,
  /** What a person can do. */
  next: Schema.String,
  /** Told of when it has been there for so long, and of its end when it has been gone for as long; ms. */
  holdMs: Schema.Int
})
export type Problem = typeof Problem.Type

/** A problem over time. */
export const Episode = Schema.Struct({
  problem: Problem,
  /** When it was there first, this time. */
  since: Schema.Number,
  /** How often it came, with those it came back soon after. */
  times: Schema.Int,
  told: Schema.Boolean,
  /** Since when it is gone; null: it is there. */
  goneAt: Schema.NullOr(Schema.Number),
  /** When its end was told; remembered for a while, to see whether it comes back. */
  endedAt: Schema.NullOr(Schema.Number)
})
export type Episode = typeof Episode.Type

/** The last day in numbers. */
export const Summary = Schema.Struct({
  posts: Schema.Array(Schema.Struct({ channel: Schema.String, posts: Schema.Int })),
  fresh: Schema.Array(Schema.Struct({ source: Schema.String, items: Schema.Int })),
  /** "2 refused in deals", "source shop: it does not answer". */
  failures: Schema.Array(Schema.String),
  /** "1 post of which nobody knows whether it arrived". */
  decisions: Schema.Array(Schema.String),
  /** Whether all is well, in a sentence. */
  verdict: Schema.String
})
export type Summary = typeof Summary.Type

const noted = { id: Schema.Int, at: Schema.Number }

/** One thing to tell. `flapping`: it comes and goes; only its lasting end will be told. */
export const Notice = Schema.Union(
  Schema.Struct({
    ...noted,
    event: Schema.Literal("opened", "flapping", "ended"),
    problem: Problem,
    since: Schema.Number,
    times: Schema.Int
  }),
  Schema.Struct({ ...noted, event: Schema.Literal("summary"), summary: Summary })
)
export type Notice = typeof Notice.Type

export const AlertState = Schema.Struct({
  episodes: Schema.Array(Episode),
  /** What each recipient is still to be told, oldest first. */
  waiting: Schema.Array(Schema.Struct({ recipient: Schema.String, notices: Schema.Array(Notice) })),
  /** Of the next notice. */
  nextId: Schema.Int,
  /** The last day was summed up then, or there was nothing before. */
  summedUpAt: Schema.Number
})
export type AlertState = typeof AlertState.Type

export class Alerts extends Context.Tag("oncecast/outbox/Alerts")<
  Alerts,
  {
    /** Takes or renews the telling until `now + ttlMs`; false while another process has it. */
    readonly lease: (owner: string, now: Millis, ttlMs: number) => Effect.Effect<boolean, StorageFailed>
    readonly yieldLease: (owner: string) => Effect.Effect<void, StorageFailed>
    /** As it was kept last; none before the first time. */
    readonly load: Effect.Effect<Option.Option<AlertState>, StorageFailed>
    /** False, and nothing is kept, when another process tells by now. */
    readonly keep: (owner: string, state: AlertState) => Effect.Effect<boolean, StorageFailed>
    /** What a process that does not tell sees of itself now, instead of what it said before; nobody is told of it after `until`. */
    readonly report: (
      owner: string,
      problems: ReadonlyArray<Problem>,
      until: Millis
    ) => Effect.Effect<void, StorageFailed>
    /** What the other processes reported that still counts. */
    readonly reported: (owner: string, now: Millis) => Effect.Effect<ReadonlyArray<Problem>, StorageFailed>
  }
>() {}

// What the steps of one channel's fiber share.
import { Clock, Effect, Option, Ref } from "effect"
import type { Channel } from "../domain/Channel.ts"
import type { Moment } from "../domain/MonotonicTime.ts"
import type { AttemptId, DeliveryId, Fence, Millis } from "../domain/Names.ts"
import { Signals } from "../outbox/Signals.ts"
import type { Photo } from "../telegram/Telegram.ts"
import type { ChannelReport } from "./ChannelReport.ts"
import { calm, type Trouble } from "./Reaction.ts"
import { type CatchUpState, noCatchUp } from "./recovery/CatchUp.ts"
import type { Findings } from "./recovery/Inquiry.ts"
import type { Looked } from "./recovery/Watching.ts"
import type { Words } from "./rendering/Words.ts"

export interface DeskSetup {
  readonly channel: Channel
  readonly words: Words
  readonly report: ChannelReport
  /** Ends when the process is to end. */
  readonly ending: Effect.Effect<void>
  /** Ends when an interruption has waited long enough for the outcome of a post. */
  readonly drain: Effect.Effect<void>
}

export interface Desk extends DeskSetup {
  readonly trouble: Ref.Ref<Trouble>
  /** About the attempt that keeps the channel frozen, or did so last: what looks have found out. */
  readonly inquiry: Ref.Ref<Option.Option<OpenInquiry>>
  /** The last look for each attempt that may land late. */
  readonly looked: Ref.Ref<ReadonlyMap<AttemptId, Looked>>
  /** The pictures loaded last, so that a delivery that has to wait does not load them again. */
  readonly photos: Ref.Ref<Option.Option<LoadedPhotos>>
  /** Sends since the last edit. */
  readonly sends: Ref.Ref<number>
  /** How reading went after a restore. */
  readonly catchUp: Ref.Ref<CatchUpState>
  /** Whether the channel was ever restored, as soon as that is known and all that was posted since is. */
  readonly restored: Ref.Ref<Option.Option<boolean>>
}

/** While the channel is ours. */
export interface OwnedDesk extends Desk {
  readonly fence: Fence
}

export interface OpenInquiry {
  readonly attempt: AttemptId
  /** When this process heard of it; from then on its waits go by the time that nobody sets. */
  readonly heard: Moment
  /** Since when its outcome is not known, as it was then. */
  readonly since: Millis
  readonly findings: Findings
}

export interface LoadedPhotos {
  readonly delivery: DeliveryId
  readonly byUrl: ReadonlyMap<string, Option.Option<Photo>>
}

export const makeDesk = (setup: DeskSetup): Effect.Effect<Desk> =>
  Effect.gen(function* () {
    return {
      ...setup,
      trouble: yield* Ref.make(calm),
      inquiry: yield* Ref.make(Option.none<OpenInquiry>()),
      looked: yield* Ref.make<ReadonlyMap<AttemptId, Looked>>(new Map()),
      photos: yield* Ref.make(Option.none<LoadedPhotos>()),
      sends: yield* Ref.make(0),
      catchUp: yield* Ref.make(noCatchUp),
      restored: yield* Ref.make(Option.none<boolean>())
    }
  })

export interface Rest {
  readonly until: Millis
  readonly why: string
  /** Something must be settled or mended first. */
  readonly stuck: boolean
}

/** No hint is needed to notice a change after this, in milliseconds. */
const longestRestMs = 600_000

/** Says why and until when, and rests until then, a hint or `latest`. */
export const rest = ({ channel, report }: Desk, { until, why, stuck }: Rest, latest = until) =>
  Effect.gen(function* () {
    const signals = yield* Signals
    const end = Math.min(latest, (yield* Clock.currentTimeMillis) + longestRestMs)
    const shown = Number.isFinite(until) ? until : end
    yield* stuck ? report.openCircuit(shown, why) : report.waiting(shown, why)
    yield* signals.wait({ kind: "channel", id: channel.id }, Math.min(until, end))
  })

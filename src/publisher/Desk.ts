// What the steps of one channel's fiber share, for as long as the channel is ours.
import { Clock, Effect, Option, Ref } from "effect"
import type { Channel } from "../domain/Channel.ts"
import type { DeliveryId, Fence, Millis } from "../domain/Names.ts"
import { Signals } from "../outbox/Signals.ts"
import type { Photo } from "../telegram/Telegram.ts"
import type { ChannelReport } from "./ChannelReport.ts"
import { calm, type Trouble } from "./Reaction.ts"
import type { Template } from "./rendering/Template.ts"

export interface DeskSetup {
  readonly channel: Channel
  readonly template: Template
  readonly report: ChannelReport
  readonly fence: Fence
  /** Ends when an interruption has waited long enough for the outcome of a post. */
  readonly drain: Effect.Effect<void>
}

export interface Desk extends DeskSetup {
  readonly trouble: Ref.Ref<Trouble>
  /** The delivery for which help was asked last. */
  readonly told: Ref.Ref<Option.Option<DeliveryId>>
  /** The picture loaded last, so that a delivery that has to wait does not load it again. */
  readonly photo: Ref.Ref<Option.Option<LoadedPhoto>>
}

export interface LoadedPhoto {
  readonly delivery: DeliveryId
  readonly photo: Option.Option<Photo>
}

export const makeDesk = (setup: DeskSetup): Effect.Effect<Desk> =>
  Effect.gen(function* () {
    return {
      ...setup,
      trouble: yield* Ref.make(calm),
      told: yield* Ref.make(Option.none<DeliveryId>()),
      photo: yield* Ref.make(Option.none<LoadedPhoto>())
    }
  })

/** No hint is needed to notice a change after this, in milliseconds. */
export const longestRestMs = 30_000

/** Until a hint comes, but not for ever: hints may be lost. */
export const rest = ({ channel, report }: Desk, until: Millis, why: string) =>
  Effect.gen(function* () {
    const signals = yield* Signals
    const latest = (yield* Clock.currentTimeMillis) + longestRestMs
    yield* report.waiting(Number.isFinite(until) ? until : latest, why)
    yield* signals.wait({ kind: "channel", id: channel.id }, Math.min(until, latest))
  })

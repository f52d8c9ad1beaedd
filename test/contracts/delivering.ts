// What the suites about posts share: the contracts on one store, items admitted by Intake as in the program, and deliveries brought into any
// state by attempts whose markers are known.
import { describe, it } from "@effect/vitest"
import { Effect, Layer, type Scope } from "effect"
import type { DeliveryState } from "../../src/domain/Delivery.ts"
import type { Item } from "../../src/domain/Item.ts"
import type { Marker } from "../../src/domain/Marker.ts"
import { type AttemptId, type ChannelId, DeliveryId, type Fence, SourceId } from "../../src/domain/Names.ts"
import type { Evidence } from "../../src/outbox/Evidence.ts"
import type { Inbox } from "../../src/outbox/Inbox.ts"
import { Intake } from "../../src/outbox/Intake.ts"
import { Ledger } from "../../src/outbox/Ledger.ts"
import { Outbox } from "../../src/outbox/Outbox.ts"
import { Posts } from "../../src/outbox/Posts.ts"
import type { Questions } from "../../src/outbox/Questions.ts"
import { Signals } from "../../src/outbox/Signals.ts"
import { item, source } from "../identity/Arbitrary.ts"
import { channel, document } from "./IntakeBench.ts"
import { deals, lease, newMarker, now, post } from "./outbox.ts"

export type Contracts = Outbox | Evidence | Posts | Inbox | Questions | Intake | Ledger

export type Store = readonly [name: string, layer: Layer.Layer<Contracts, unknown, Signals>]

/** The numbers of the channels' chats. */
export const chatId = -1_001_000_000_001
export const otherChatId = -1_001_000_000_002

/** The suite of a contract, once for each store. */
export const contract = (
  name: string,
  stores: ReadonlyArray<Store>,
  tests: (
    test: (name: string, run: Effect.Effect<void, unknown, Contracts | Signals | Scope.Scope>) => void
  ) => void
): void => {
  for (const [store, layer] of stores) {
    describe(`${name} (${store})`, () => {
      tests((promise, run) =>
        it.scoped(promise, () => Effect.provide(run, Layer.provideMerge(layer, Signals.layer)))
      )
    })
  }
}

/** The item is listed with this content now. Its first sight makes a delivery, another content a revision. */
export const listed = (title: string, fields: Partial<Item> = {}, to: ChannelId = deals, at = now) =>
  Effect.flatMap(Intake, (intake) =>
    intake.admit(
      document([item({ guid: `guid ${title}`, link: `https://example.com/${title}`, title, ...fields })], {
        source: source({ id: SourceId.make(`source-of-${to}`), start: "all", burst: false }),
        routes: [{ channel: channel({ id: to, capacity: 1, overflow: "drop-oldest" }), where: {} }],
        now: at
      })
    )
  )

export const rowOf = (delivery: DeliveryId) =>
  Effect.gen(function* () {
    const ledger = yield* Ledger
    const row = (yield* ledger.deliveries({ limit: 1000 })).find(({ id }) => id === delivery)
    return row ?? (yield* Effect.dieMessage(`there is no delivery ${delivery}`))
  })

/** State and messages of a delivery: "sent 5 6". */
export const standingOf = (delivery: DeliveryId) =>
  Effect.map(rowOf(delivery), ({ state, messageIds }) => [state, ...messageIds].join(" "))

/** A new queued delivery. */
export const queued = (title: string, to: ChannelId = deals) =>
  Effect.gen(function* () {
    yield* listed(title, {}, to)
    const ledger = yield* Ledger
    const [row] = (yield* ledger.deliveries({ limit: 1000, channel: to, state: "queued" })).filter(
      (one) => one.title === title
    )
    return row === undefined ? yield* Effect.dieMessage(`${title} was not queued`) : DeliveryId.make(row.id)
  })

export interface Attempted {
  readonly delivery: DeliveryId
  readonly attempt: AttemptId
  readonly marker: Marker
  readonly fence: Fence
}

export interface Trying {
  readonly to?: ChannelId
  readonly chat?: string
  /** Messages that it makes. */
  readonly messages?: number
  readonly revision?: number
  readonly at?: number
}

/** The delivery is being sent, by the channel's owner, who says first where the channel is published. */
export const sending = (
  delivery: DeliveryId,
  { to = deals, chat = "@deals", messages = 1, revision = 1, at = now }: Trying = {}
) =>
  Effect.gen(function* () {
    const outbox = yield* Outbox
    const fence = yield* lease("me", to, at)
    yield* outbox.moveTo(to, fence, chat)
    const marker = newMarker()
    const photoUrls = messages === 1 ? [] : Array.from({ length: messages }, (_, index) => `photo ${index}`)
    const carried = { ...post, photoUrls }
    const intent = { delivery, channel: to, fence, chat, marker, post: carried, revision, now: at }
    return { delivery, fence, marker, attempt: yield* outbox.begin(intent) } satisfies Attempted
  })

/** Nobody knows whether it arrived. */
export const lost = (delivery: DeliveryId, how: Trying = {}) =>
  Effect.gen(function* () {
    const outbox = yield* Outbox
    const made = yield* sending(delivery, how)
    yield* outbox.settle(made.attempt, made.fence, { _tag: "Unknown", reason: "reset" }, how.at ?? now)
    return made
  })

/** Telegram answered with these ids. */
export const sent = (delivery: DeliveryId, messageIds: ReadonlyArray<number>, how: Trying = {}) =>
  Effect.gen(function* () {
    const outbox = yield* Outbox
    const made = yield* sending(delivery, { ...how, messages: messageIds.length })
    const outcome = {
      _tag: "Sent",
      messageIds,
      chatId: (how.to ?? deals) === deals ? chatId : otherChatId
    } as const
    yield* outbox.settle(made.attempt, made.fence, outcome, how.at ?? now)
    return made
  })

/** A new delivery whose first attempt nobody answered, and what was made of that: queued and expired count it as absent. */
export const unanswered = (
  state: Extract<DeliveryState, "unknown" | "parked" | "queued" | "refused" | "expired">,
  how: Trying = {}
) =>
  Effect.gen(function* () {
    const outbox = yield* Outbox
    const made = yield* lost(yield* queued(`an item that is ${state}`, how.to), how)
    switch (state) {
      case "unknown":
        break
      case "parked":
        yield* outbox.resolve(made.delivery, { _tag: "Park", reason: "no reader" }, now)
        break
      case "refused":
        yield* outbox.resolve(made.delivery, { _tag: "GiveUp", reason: "enough" }, now)
        break
      case "queued":
        yield* outbox.resolve(made.delivery, { _tag: "Absent" }, now)
        break
      case "expired":
        yield* outbox.resolve(made.delivery, { _tag: "Absent" }, now)
        // The channel has room for one.
        yield* listed("the item that takes its place", {}, how.to)
    }
    return made
  })

/** A post that follows its item no longer. */
export const withdrawn = (delivery: DeliveryId, messageIds: ReadonlyArray<number>) =>
  Effect.gen(function* () {
    const posts = yield* Posts
    const made = yield* sent(delivery, messageIds)
    const outcome = { _tag: "Ended", reason: "deleted", gone: true } as const
    yield* posts.ended({ delivery, wish: "follow" }, deals, made.fence, outcome, now)
    return made
  })

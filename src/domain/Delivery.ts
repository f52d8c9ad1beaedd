// A delivery: one item (or one event of it) bound for one channel; UNIQUE (channel, item, event). Its life:
//
//            ┌────────── Deferred ───────────┐
//            ▼                               │                   ┌──────┐
//   ──▶ queued ───── begin ─────▶ sending ───┴── Sent ──▶ sent ──┴─▶ edited ──▶ withdrawn
//        │  ▲ ▲                     │  │                   ▲ └────────────────────▲
//        │  │ └─ retry ─ refused ◀──┘  └── Unknown / found at start ──▶ unknown   │
//        │  └─ absent, retry ─────────────────────────────│────────────┤ │
//        ▼                                                └── found ───┘ └── cannot know ──▶ parked
//     expired       found: unknown | parked | queued | refused | expired → sent      (parked → sent | queued by a person)
//
//   admit      — → queued            Intake.admit, Intake.decide
//   begin      queued → sending      Outbox.begin (durable before the first byte)
//   settle     sending → sent | refused | queued | unknown      Outbox.settle
//   recover    sending → unknown     Outbox.recover (a row found at start: the process died between begin and settle)
//   resolve    unknown | parked → sent | queued | parked | refused      Outbox.resolve (by a look that is clear, by a person)
//   found      unknown | parked | queued | refused | expired → sent     Evidence.saw (an attempt's marker stands in the channel)
//   retry      refused | expired → queued      Outbox.retry
//   expire     queued → expired      Intake.admit, Intake.decide (overflow: drop-*), Outbox.expire (waited too long, over a cap)
//   change     sent | edited → edited | withdrawn      Posts.changed, Posts.ended
//
// A digest is several deliveries in one post. From `begin` on they name its lead, for good: the lead goes through the protocol, and every
// step that it makes is made by all in the same transaction; a person who names one of them means all.
//
// Invariants: at most one delivery (or digest) of a channel is `sending`; while one is `sending` or `unknown` no other begins there; `sent` has a
// message id; leaving `sending` towards `queued` happens only on proof that nothing was sent; no state is left without a reason.
import { Schema } from "effect"

export const DeliveryState = Schema.Literal(
  "queued",
  "sending",
  "sent",
  "unknown",
  "parked",
  "refused",
  "expired",
  "edited",
  "withdrawn"
)
export type DeliveryState = typeof DeliveryState.Type

/** Every permitted step; what is not listed is a bug. */
export const transitions: Readonly<Record<DeliveryState, ReadonlyArray<DeliveryState>>> = {
  queued: ["sending", "expired", "sent"],
  sending: ["sent", "queued", "refused", "unknown"],
  unknown: ["sent", "queued", "parked", "refused"],
  parked: ["sent", "queued", "refused"],
  refused: ["queued", "sent"],
  expired: ["queued", "sent"],
  sent: ["edited", "withdrawn"],
  edited: ["edited", "withdrawn"],
  withdrawn: []
}

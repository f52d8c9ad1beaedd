// What a publisher learns when it comes too late for a delivery.
import { Schema } from "effect"

/** Between claim and begin it made room for a newer one, or a person settled it. Nothing was written: claim again. */
export class NoLongerQueued extends Schema.TaggedError<NoLongerQueued>("oncecast/outbox/NoLongerQueued")(
  "NoLongerQueued",
  { delivery: Schema.Int }
) {
  override get message(): string {
    return `Delivery ${this.delivery} left the queue before it could be sent.`
  }
}

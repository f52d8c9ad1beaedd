// Whoever is told: an admin, a webhook. App makes them.
import { type Effect, Schema } from "effect"
import type { Notice } from "../../outbox/Alerts.ts"

/** They were not told. `lasting`: they cannot be, and what was to be told is dropped; else it is tried again. */
export class NotTold extends Schema.TaggedError<NotTold>("oncecast/operator/NotTold")("NotTold", {
  /** One clause without secrets. */
  detail: Schema.String,
  lasting: Schema.Boolean
}) {
  override get message(): string {
    return `An alert could not be told: ${this.detail}.`
  }
}

export interface Recipient {
  /** The same over restarts: "admin/123", "webhook". */
  readonly name: string
  readonly kind: "admin" | "webhook"
  readonly tell: (notices: ReadonlyArray<Notice>) => Effect.Effect<void, NotTold>
}

// All that alerts are made from, at one moment.
import type { Catalog } from "../../config/Catalog.ts"
import type { Millis } from "../../domain/Names.ts"
import type { Problem } from "../../outbox/Alerts.ts"
import type { RestoredChannel } from "../../outbox/Restoration.ts"
import type { Status } from "../Status.ts"

/** What only the process knows that runs the service. */
export interface Facts {
  /** Why the catalog as it is written is not in force; null when it is. */
  readonly catalogRefused: string | null
  /** Absent: nobody wants any made by themselves. `newestAt` null: there is none. */
  readonly backups?: { readonly newestAt: Millis | null; readonly everyMs: number }
  /** On the database's disk; null where the system does not tell. */
  readonly freeBytes: number | null
}

export interface Look {
  readonly status: Status
  readonly catalog: Catalog
  /** Channels that wait for a decision after a restore. */
  readonly restored: ReadonlyArray<RestoredChannel>
  readonly facts: Facts
  /** Why the webhook could not be told; null when it could, or there is none. */
  readonly webhookFailed: string | null
  /** What other processes on the same database see of themselves. */
  readonly reported: ReadonlyArray<Problem>
}

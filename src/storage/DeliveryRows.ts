// A delivery as a row for people, as the ledger and the views select it.
import { Schema } from "effect"
import type { DeliveryRow } from "../outbox/Ledger.ts"

/** `d` is its delivery, `i` the item, `p` the item's payload. */
export const deliveryColumns = `d.id, d.channel, i.source, p.payload ->> 'title' AS title, p.payload ->> 'link' AS link,
  d.event, d.state, d.reason, d.attempts,
  (SELECT max(a.id) FROM attempt a WHERE a.delivery_id = coalesce(d.lead_id, d.id)) AS attempt, d.queued_at AS queuedAt, d.state_at AS stateAt, d.due_at AS dueAt,
  d.message_ids AS messageIds`

export const deliveryJoins = "JOIN item i ON i.id = d.item_id JOIN item_payload p ON p.item_id = d.item_id"

const decodeIds = Schema.decodeSync(Schema.parseJson(Schema.Array(Schema.Int)))

export const messageIdsOf = (text: string | null): ReadonlyArray<number> =>
  text === null ? [] : decodeIds(text)

export type StoredDelivery = Omit<DeliveryRow, "messageIds"> & { readonly messageIds: string | null }

export const deliveryRow = <Row extends StoredDelivery>(row: Row) => ({
  ...row,
  messageIds: messageIdsOf(row.messageIds)
})

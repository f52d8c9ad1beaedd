// Deliveries as CSV for a spreadsheet. Pure. Promises: no cell is taken for a formula, whatever a feed wrote into it.
// @source RFC 4180; https://owasp.org/www-community/attacks/CSV_Injection (2026-11)
import type { DeliveryRow } from "../outbox/Ledger.ts"
import { plain } from "./Tables.ts"

/** Also the forms that spreadsheets take for these after normalising. */
const opensFormula = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20|%]/

const cell = (value: string | number | null): string => {
  if (value === null) return ""
  if (typeof value === "number") return `${value}`
  const text = plain(value)
  return `"${(opensFormula.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`
}

const moment = (at: number): string => new Date(at).toISOString()

const columns: ReadonlyArray<readonly [name: string, of: (row: DeliveryRow) => string | number | null]> = [
  ["id", (row) => row.id],
  ["channel", (row) => row.channel],
  ["source", (row) => row.source],
  ["event", (row) => row.event],
  ["state", (row) => row.state],
  ["title", (row) => row.title],
  ["link", (row) => row.link],
  ["reason", (row) => row.reason],
  ["attempts", (row) => row.attempts],
  ["queued_at", (row) => moment(row.queuedAt)],
  ["state_since", (row) => moment(row.stateAt)],
  ["message_ids", (row) => row.messageIds.join(" ")]
]

export const csvHeader = `${columns.map(([name]) => name).join(",")}\r\n`

export const csvRows = (rows: ReadonlyArray<DeliveryRow>): string =>
  rows.map((row) => `${columns.map(([, of]) => cell(of(row))).join(",")}\r\n`).join("")

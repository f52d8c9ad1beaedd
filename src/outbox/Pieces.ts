// Cuts a plan into what one transaction may hold: the event loop stands still while it runs, so about 10 ms of work.
import type { AdmissionPlan } from "./AdmissionPlan.ts"
import { slices } from "./Paced.ts"

/** New or changed items per transaction. */
const itemsPerPiece = 100

/** Rows per transaction of which only a number changes. */
const rowsPerPiece = 500

/** One transaction's worth of a plan. */
export interface Piece extends Pick<AdmissionPlan, "fresh" | "revisions" | "returned" | "left" | "aliases"> {
  /** The document is done with it. */
  readonly last: boolean
}

/** At least one piece, even for a document that changes nothing: its cursor is to be kept. */
export const piecesOf = (plan: AdmissionPlan): ReadonlyArray<Piece> => {
  const fresh = slices(plan.fresh, itemsPerPiece)
  const revisions = slices(plan.revisions, itemsPerPiece)
  const returned = slices(plan.returned, rowsPerPiece)
  const left = slices(plan.left, rowsPerPiece)
  const aliases = slices(plan.aliases, rowsPerPiece)
  const count = Math.max(...[fresh, revisions, returned, left, aliases].map((rows) => rows.length))
  return Array.from({ length: count }, (_, at) => ({
    fresh: fresh[at] ?? [],
    revisions: revisions[at] ?? [],
    returned: returned[at] ?? [],
    left: left[at] ?? [],
    aliases: aliases[at] ?? [],
    last: at === count - 1
  }))
}

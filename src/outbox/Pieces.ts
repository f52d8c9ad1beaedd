// Cuts plans into what one transaction may hold: the event loop stands still while it runs, so about 10 ms of work.
import type { AdmissionPlan } from "./AdmissionPlan.ts"
import { slices } from "./Paced.ts"

/** New or changed items per transaction, where they enter queues. */
const defaultItemsPerPiece = 100

/** Rows per transaction of which only a number changes. */
const rowsPerPiece = 500

/** What is to be written, of whatever kind the new items are. */
export interface Writes<A>
  extends Pick<AdmissionPlan, "revisions" | "returned" | "left" | "aliases" | "outgrown"> {
  readonly fresh: ReadonlyArray<A>
}

/** One transaction's worth of a plan. */
export interface Piece<A> extends Writes<A> {
  /** Nothing comes after it. */
  readonly last: boolean
}

/** At least one piece, even for a plan that changes nothing: a document's cursor is to be kept. */
export const piecesOf = <A>(
  plan: Writes<A>,
  itemsPerPiece = defaultItemsPerPiece
): ReadonlyArray<Piece<A>> => {
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
    // Behind all keys that come in their place.
    outgrown: at === count - 1 ? plan.outgrown : [],
    last: at === count - 1
  }))
}

// Stores the batches of a long document, in transactions that are short enough for the event loop. New items are held under a stream until
// the document ends, but for a first sight of which nobody is to see them. Promises: a crash between two of them leaves whole items with all
// their keys, and the source's row says that they are new; a failure of power may undo the last ones, which are then read again.
import { Effect, Option } from "effect"
import type { Item } from "../domain/Item.ts"
import { type Newcomer, recognise } from "./Batch.ts"
import type { IntakeRows, IntakeStore } from "./IntakeStore.ts"
import type { LongDocument } from "./LongDocument.ts"
import { stillUnknown } from "./LookUp.ts"
import { breathe } from "./Paced.ts"
import { type Piece, piecesOf } from "./Pieces.ts"
import type { Signals } from "./Signals.ts"
import { announceJudged, tellChanged, watch } from "./Telling.ts"

/** Items of which a failure of power may undo the admission. */
const itemsPerFlush = 2_000

/** New or changed items per transaction: they neither enter a queue nor wait for the disk. */
const itemsPerPiece = 125

/** The stream that the source is gathering, grown by so many items. Asked of the store: another process may have ended it. */
export const stream = (rows: IntakeRows, long: LongDocument, items: number): number =>
  Option.match(rows.memory(long.source.id).gathering, {
    onNone: () => {
      // Begun anew if it was ended: until it is decided, the source is reading a long document, whoever goes on with that.
      rows.beginReading(long.source.id)
      return rows.openBurst(long.source.id, "stream", items, 0, long.now)
    },
    onSome: (burst) => {
      rows.growBurst(burst, items)
      return burst
    }
  })

const insert = (rows: IntakeRows, long: LongDocument, fresh: ReadonlyArray<Newcomer>) => {
  if (fresh.length === 0) return []
  const holding = long.holds
    ? Option.some({ burst: stream(rows, long, fresh.length), ages: fresh.map((one) => one.age) })
    : Option.none()
  const candidates = fresh.map((one) => one.candidate)
  return rows.insert(long.source.id, candidates, holding, long.now)
}

/** One transaction. */
const write = (rows: IntakeRows, long: LongDocument, piece: Piece<Newcomer>) => {
  const fresh = stillUnknown(rows, piece.fresh)
  const ids = insert(rows, long, fresh)
  const watched = watch(rows, long.routes, piece, long.now)
  const changed = rows.revise(piece.revisions, long.now)
  rows.comeBack(piece.returned)
  rows.dropKeys(piece.outgrown)
  rows.addKeys(piece.aliases)
  return { fresh, ids, changed, judged: tellChanged(rows, long, watched) }
}

/** Takes in the next items of a document. */
export const gather = Effect.fnUntraced(function* (
  store: IntakeStore,
  signals: Signals["Type"],
  long: LongDocument,
  items: ReadonlyArray<Item>
) {
  const batch = yield* recognise(store, long, items)
  for (const piece of piecesOf(batch, itemsPerPiece)) {
    if (piece.fresh.length + piece.revisions.length + piece.returned.length + piece.aliases.length === 0)
      break
    const { fresh, ids, changed, judged } = yield* store.provisional("admit items", (rows) =>
      write(rows, long, piece)
    )
    long.known += piece.fresh.length - fresh.length
    for (const [at, id] of ids.entries()) {
      const one = fresh[at]
      if (one !== undefined) long.met(id, one.age, () => one.candidate.joint)
    }
    yield* announceJudged(signals, judged)
    for (const id of changed) yield* signals.notify({ kind: "channel", id })
    yield* breathe
  }
  if (long.items - long.flushed < itemsPerFlush) return
  yield* store.flush
  long.flushed = long.items
})

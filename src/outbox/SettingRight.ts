// The clock was ahead, and was set back: a source's offers are set right in steps short enough for the event loop. A crash in between leaves
// the rest for the next time that somebody notices.
import { Effect, Option } from "effect"
import type { ItemId, Millis, SourceId } from "../domain/Names.ts"
import type { StorageFailed } from "../domain/StorageFailed.ts"
import type { IntakeStore } from "./IntakeStore.ts"
import { breathe } from "./Paced.ts"

/** Implements `Intake.setRight`, of the offers behind `after`. */
export const setRight = (
  store: IntakeStore,
  source: SourceId,
  now: Millis,
  after: ItemId | 0 = 0
): Effect.Effect<void, StorageFailed> =>
  Effect.flatMap(
    store.transaction("set offers right", (rows) => rows.setRight(source, now, after)),
    Option.match({
      onNone: () => Effect.void,
      onSome: (last) => Effect.zipRight(breathe, setRight(store, source, now, last))
    })
  )

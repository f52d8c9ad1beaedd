// Whether a database file is sound, without holding the event loop: SQLite reads every page of it (about a second for a gigabyte).
// @source https://www.sqlite.org/pragma.html#pragma_quick_check (2026-11-26)
import { StorageFailed } from "../domain/StorageFailed.ts"
import { traced } from "../Spans.ts"
import { offLoop } from "./OffLoop.ts"

/** Fails as `corrupt` when it is damaged. `first`: statements for the same connection before it. */
export const quickCheck = traced("Integrity.quickCheck")(function* (
  file: string,
  operation: string,
  first: ReadonlyArray<string> = []
) {
  const results = yield* offLoop(file, operation, [...first, "PRAGMA quick_check"], 1_000)
  const found = results
    .at(-1)
    ?.map((row) => String(row["quick_check"]))
    .join("; ")
  if (found === "ok") return
  return yield* new StorageFailed({ operation, reason: "corrupt", cause: new Error(found ?? "no report") })
})

// What becomes of a long document at its end: what is gone from it, whether its new items are a flood, and else their way into the channels.
// Promises: the decision is one transaction, with the cursor; everything before it can be repeated, everything after it goes on with the
// source's next polls.
import { Effect, Option } from "effect"
import type { ItemId } from "../domain/Names.ts"
import { termsOf } from "../identity/Terms.ts"
import { isBurst } from "./AdmissionPlan.ts"
import { type Doubt, doubtAfter, isGap, settles } from "./Belief.ts"
import { stream } from "./Gathering.ts"
import type { Admission, Ending } from "./Intake.ts"
import { type IntakeRows, type IntakeStore, unknownSource } from "./IntakeStore.ts"
import type { LongDocument } from "./LongDocument.ts"
import { breathe, slices } from "./Paced.ts"
import { release } from "./Releasing.ts"
import type { Signals } from "./Signals.ts"
import { nothing, type Tally } from "./Tally.ts"

/** Ids looked through by one statement, and rows changed by one transaction. */
const idsPerLook = 5_000
const rowsPerStep = 500

/** Marks what the document lacks. Returns how many that are. */
const markGone = Effect.fnUntraced(function* (store: IntakeStore, long: LongDocument) {
  const { source, now, seen } = long
  let gone = 0
  let after = 0
  while (true) {
    const from = after
    const listed = yield* store.read("look for what is gone", (rows) =>
      rows.listed(source.id, from, idsPerLook)
    )
    const left: ReadonlyArray<ItemId> = listed.filter((id) => !seen.has(id))
    for (const some of slices(left, rowsPerStep)) {
      if (some.length > 0) {
        yield* store.transaction("mark what is gone", (rows) => {
          rows.watch(some, [], now)
          rows.leave(some, now)
        })
      }
      yield* breathe
    }
    gone += left.length
    after = listed.at(-1) ?? after
    if (listed.length < idsPerLook) return gone
  }
})

/** Lets go of what a first sight held that was interrupted here: its newest may be others now. */
const letAllGo = Effect.fnUntraced(function* (store: IntakeStore, burst: number) {
  while ((yield* store.read("count held items", (rows) => rows.heldCount(burst))) > 0) {
    yield* store.transaction("let go of held items", (rows) => rows.letOldestGo(burst, rowsPerStep))
    yield* breathe
  }
})

/** Holds the newest of a first sight, which go out. What it held when it began by another `start` does not. */
const holdNewest = Effect.fnUntraced(function* (store: IntakeStore, long: LongDocument) {
  const { chosen, holds } = long
  if (holds) return
  if (Option.isSome(long.memory.gathering)) yield* letAllGo(store, long.memory.gathering.value)
  if (chosen.length === 0) return
  const burst = yield* store.transaction("hold items", (rows) => stream(rows, long, chosen.length))
  for (const some of slices(chosen, rowsPerStep)) {
    yield* store.transaction("hold items", (rows) => rows.hold(burst, some))
    yield* breathe
  }
})

interface Verdict {
  readonly burst: Option.Option<number>
  readonly flood: boolean
}

/** The decision, in one transaction with what the source remembers. */
const decide = (rows: IntakeRows, long: LongDocument, ending: Ending, doubt: Doubt): Verdict => {
  const { memory, now, seen, source } = long
  const { complete, cursor, part } = ending
  const { gathering } = rows.memory(source.id)
  const proven = complete && doubt.times === 0
  const surge = Math.max(0, long.fresh - memory.deferred)
  // A shorter document may have begun to hold one, and been interrupted.
  const held = rows.bursts().some(({ id, kind }) => kind === "flood" && Option.contains(gathering, id))
  const flood = memory.settled && (held || isBurst(source.burst, surge, Math.max(seen.size, part?.of ?? 0)))
  if (Option.isSome(gathering)) {
    if (flood) rows.makeFlood(gathering.value, seen.size)
    else rows.setBurst(gathering.value, "releasing", now)
  }
  rows.close({
    source: source.id,
    memory: {
      ...unknownSource,
      terms: Option.some(termsOf(source)),
      settled: memory.settled || settles(ending, memory),
      partial: !complete,
      distrusted: long.worthless,
      listed: proven ? seen.size : memory.listed,
      doubt: complete ? doubt : memory.doubt
    },
    cursor: proven || part !== undefined ? Option.some(cursor) : Option.none(),
    reading: false,
    now
  })
  return { burst: gathering, flood }
}

const admissionOf = (
  long: LongDocument,
  { burst, flood }: Verdict,
  tally: Tally,
  ending: Ending,
  ended: Pick<Admission, "gone" | "doubted">
): Admission => {
  const bound = long.holds ? long.fresh : long.chosen.length
  const decided = flood ? 0 : bound
  return {
    ...{ items: long.items, known: long.known, updated: long.updated, repeated: long.repeated },
    fresh: flood ? 0 : long.fresh - Math.max(0, decided - tally.fresh),
    queued: tally.queued,
    overruled: tally.overruled,
    filtered: tally.filtered,
    baseline: long.fresh - bound,
    duplicatesPrevented: tally.prevented,
    deferred: Math.max(0, decided - tally.fresh),
    held: flood ? Option.map(burst, (id) => ({ burst: id, items: long.fresh })) : Option.none(),
    distrusted: long.worthless.filter((kind) => !long.memory.distrusted.includes(kind)),
    gap: isGap({ ...long, ...ending }, long.memory, long.seen.size, long.known),
    ...ended
  }
}

/** Ends a document all of whose items are gathered. */
export const conclude = Effect.fnUntraced(function* (
  store: IntakeStore,
  signals: Signals["Type"],
  long: LongDocument,
  ending: Ending
) {
  const { memory, now, routes, seen, source } = long
  const doubt = doubtAfter(memory.doubt, memory.listed, seen.size, now)
  const doubted = ending.complete && doubt.times > 0
  const gone = ending.complete && !doubted ? yield* markGone(store, long) : 0
  yield* holdNewest(store, long)
  const verdict = yield* store.transaction("end a document", (rows) => decide(rows, long, ending, doubt))
  const tally =
    Option.isSome(verdict.burst) && !verdict.flood
      ? yield* release(store, signals, { id: verdict.burst.value, source: source.id }, routes, now)
      : nothing
  return admissionOf(long, verdict, tally, ending, { gone, doubted })
})

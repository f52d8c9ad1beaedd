// A source whose terms in the catalog have changed: another address, other pages, other keys. Enters: its first items by the new terms.
// Leaves: what is remembered of it. Promises: what it had by the old terms counts as neither there nor gone; when next to nothing of what it
// has now is known, it begins as a new source does, by `start`, and nothing old goes out as news. A crash anywhere repeats it.
import { Effect, Option } from "effect"
import type { Item } from "../domain/Item.ts"
import type { Source } from "../domain/Source.ts"
import { termsOf } from "../identity/Terms.ts"
import { knownAs } from "./AdmissionPlan.ts"
import { noDoubt } from "./Belief.ts"
import { candidatesOf } from "./Candidate.ts"
import type { PolledDocument } from "./Intake.ts"
import type { IntakeStore, SourceMemory } from "./IntakeStore.ts"
import { lookUpCandidates } from "./LookUp.ts"
import { breathe, paced } from "./Paced.ts"

/** Rows changed by one transaction. */
const rowsPerStep = 500

type Reading = Pick<PolledDocument, "source" | "now">

/** Of another list, so many may be taken for items of the one before: short ids are the same in many shops. */
const mistakenShare = 0.1

/** Whether next to none of these items is known: then it is another list, and not the same one at another place, or more of it. */
const isAnother = Effect.fnUntraced(function* (
  store: IntakeStore,
  { source, now }: Reading,
  items: ReadonlyArray<Item>,
  { distrusted }: SourceMemory
) {
  const candidates = (yield* paced(() => candidatesOf(source, items, distrusted, now))).items
  const known = yield* lookUpCandidates(store, candidates)
  const same = candidates.filter((candidate) => knownAs(candidate, known) !== undefined)
  return same.length < candidates.length * mistakenShare
})

const loseSight = Effect.fnUntraced(function* (store: IntakeStore, { source, now }: Reading) {
  while (true) {
    const some = yield* store.transaction("lose sight of items", (rows) => {
      const listed = rows.listed(source.id, 0, rowsPerStep)
      rows.loseSight(listed, now)
      return listed.length
    })
    if (some < rowsPerStep) return
    yield* breathe
  }
})

/** Whether the source was read by other terms last. One that nobody polls is what people post by hand, from anywhere. */
export const isReadOtherwise = (source: Source, { terms }: SourceMemory): boolean =>
  source.everyMs > 0 && Option.exists(terms, (last) => last !== termsOf(source))

/** What is remembered of a source that is about to take in these items, whatever its terms were. */
export const renewed = Effect.fnUntraced(function* (
  store: IntakeStore,
  reading: Reading,
  items: ReadonlyArray<Item>,
  memory: SourceMemory
) {
  const { source } = reading
  // Behind a document without items one that has some is waited for: the first says nothing of what the source is now.
  if (items.length === 0 || !isReadOtherwise(source, memory)) return memory
  const another = yield* isAnother(store, reading, items, memory)
  yield* loseSight(store, reading)
  const anew = {
    ...{ terms: Option.some(termsOf(source)), listed: 0, settled: memory.settled && !another },
    distrusted: another ? [] : memory.distrusted
  }
  yield* store.transaction("begin with other terms", (rows) => rows.renew(source.id, anew))
  if (another && memory.settled) {
    yield* Effect.logWarning(
      `has other items than before its entry changed: begins anew, with start: ${source.start}`
    )
  }
  return { ...memory, ...anew, doubt: noDoubt } satisfies SourceMemory
})

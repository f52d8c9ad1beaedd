// One document on its way in, whose length nobody knows yet: a short one is kept and admitted whole, a longer one batch by batch.
// Implements `AdmissionSession`.
import { Effect, Option } from "effect"
import type { Item } from "../domain/Item.ts"
import { traced } from "../Spans.ts"
import { admit, untouched } from "./Admitting.ts"
import { weightOf } from "./Candidate.ts"
import { conclude } from "./Concluding.ts"
import { gather } from "./Gathering.ts"
import type { AdmissionSession, Ending, Opening } from "./Intake.ts"
import type { IntakeStore } from "./IntakeStore.ts"
import { LongDocument } from "./LongDocument.ts"
import { patient } from "./Patience.ts"
import { renewed } from "./Renewing.ts"
import type { Signals } from "./Signals.ts"

/** A document of more items is long. */
const defaultBatchItems = 2_000

/** Behind the first batch of a long document: so few that they are gone again before the collector takes them for lasting (it does when they live while 4 MB are made). */
const furtherItems = 64

/** So is one of more text than so many characters for each item of a batch: about 16 MB in all. */
const itemLength = 4_000

/** Begins a document. */
export const session = Effect.fnUntraced(function* (
  impatient: IntakeStore,
  signals: Signals["Type"],
  opening: Opening
) {
  const { source, batchItems = defaultBatchItems } = opening
  const memory = yield* impatient.read("read a source", (rows) => rows.memory(source.id))
  const store = patient(impatient)
  let kept: Array<Item> = []
  let length = 0
  let begun: LongDocument | undefined
  const room = () => (begun === undefined ? batchItems : Math.min(batchItems, furtherItems))

  const long = Effect.fnUntraced(function* (first: ReadonlyArray<Item>) {
    if (begun !== undefined) return begun
    const remembered = yield* renewed(store, opening, first, memory)
    const from = yield* store.transaction("begin a long document", (rows) => rows.beginReading(source.id))
    begun = new LongDocument(opening, remembered, from)
    return begun
  })

  /** Takes in what is kept. */
  const passOn = Effect.gen(function* () {
    const batch = kept
    kept = []
    length = 0
    yield* gather(store, signals, yield* long(batch), batch)
  })

  return {
    admit: traced("Intake.session.admit")(function* (items) {
      for (const item of items) {
        const weight = weightOf(item)
        if (kept.length >= room() || length + weight > batchItems * itemLength) yield* passOn
        kept.push(item)
        length += weight
      }
    }),
    end: traced("Intake.session.end")(function* (ending: Ending) {
      const undecided = Option.isSome(memory.readingFrom)
      if (begun === undefined && !undecided) {
        return yield* admit(store, signals, { ...opening, ...ending, items: kept }, memory)
      }
      // What an interrupted document left undecided is decided with the next one that has something to say.
      if (begun === undefined && kept.length === 0) return untouched
      if (kept.length > 0) yield* passOn
      return yield* conclude(store, signals, yield* long([]), ending)
    })
  } satisfies AdmissionSession
})

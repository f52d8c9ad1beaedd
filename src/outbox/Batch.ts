// The next items of a long document, recognised. Enters: items in the order of the document. Leaves: what is to be written of them. Promises:
// an offer that is known and unchanged, or new and not to be seen, costs one hash of its id, one look-up and one hash of its content; no
// item is written twice.
import { Effect } from "effect"
import type { Item } from "../domain/Item.ts"
import type { ItemId } from "../domain/Names.ts"
import { decidingKey, type ItemKeys, type Key, keysOf } from "../identity/Keys.ts"
import { flatMapLong, forEachLong, heavyPortion, type LongWork, mapLong } from "../identity/LongWork.ts"
import { assessing } from "../identity/Trust.ts"
import { knownAs, offerChange, recognised } from "./AdmissionPlan.ts"
import type { Age } from "./AgeOrder.ts"
import { type Candidate, candidateOf, contentOf, weightOf } from "./Candidate.ts"
import type { IntakeStore, KnownItem, Revision } from "./IntakeStore.ts"
import type { LongDocument, Placed } from "./LongDocument.ts"
import { type Known, lookUp, lookUpCandidates } from "./LookUp.ts"
import { paced } from "./Paced.ts"

/** A new item, and where it stands by age. */
export interface Newcomer {
  readonly candidate: Candidate
  readonly age: Age
}

/** What a batch comes to; filled while it is recognised. */
export class Batch {
  readonly fresh: Array<Newcomer> = []
  readonly revisions: Array<Revision> = []
  readonly returned: Array<ItemId> = []
  readonly aliases: Array<{ readonly item: ItemId; readonly hash: string }> = []
  readonly outgrown: Array<string> = []
  readonly left: ReadonlyArray<ItemId> = []
}

const jointOf = (long: LongDocument, item: Item) => () =>
  keysOf(item, long.source).joint.flatMap((key) => (long.distrusted.has(key.kind) ? [] : [key.hash]))

/** A known offer, by its id alone. */
const meetOffer = (long: LongDocument, batch: Batch, { item, age }: Placed, known: KnownItem): void => {
  if (long.seen.has(known.id)) {
    long.repeated += 1
    return
  }
  const joint = jointOf(long, item)
  long.met(known.id, age, joint)
  if (known.absent) batch.returned.push(known.id)
  const content = contentOf(item)
  if (content.contentHash === known.contentHash) return
  batch.revisions.push({
    ...{ id: known.id, candidate: content, joint: joint() },
    ...offerChange(known, content.item)
  })
}

/** A new offer of a first sight that nobody is to see: it is kept to be known, and by its id alone that it is. */
const unseen = ({ item, age }: Placed, hash: string): Newcomer => ({
  candidate: { ...contentOf(item), keys: [hash], shared: [], formerly: [], also: [], joint: [] },
  age
})

/**
 * Takes out the offers whose own id decides, if they are known, stood before, or are not to be seen; the rest is left, in the order of the
 * document.
 */
const takeOffers = Effect.fnUntraced(function* (
  store: IntakeStore,
  long: LongDocument,
  batch: Batch,
  placed: ReadonlyArray<Placed>
) {
  const trusted = !long.distrusted.has("id")
  const keys = yield* paced(() =>
    mapLong(placed, ({ item }) => (trusted ? decidingKey(item, long.source)?.hash : undefined))
  )
  const ids = new Set(keys.flatMap((hash) => hash ?? []))
  const known = yield* lookUp(store, [...ids])
  const rest: Array<Placed> = []
  yield* paced(() =>
    forEachLong(
      placed,
      ({ item }) => weightOf(item),
      (one, at) => {
        const hash = keys[at]
        const item = hash === undefined ? undefined : known.get(hash)
        if (item !== undefined) meetOffer(long, batch, one, item)
        else if (hash === undefined) rest.push(one)
        else if (!ids.delete(hash)) long.repeated += 1
        else if (long.shows(one.age)) rest.push(one)
        else batch.fresh.push(unseen(one, hash))
      }
    )
  )
  return rest
})

const isDeciding = (long: LongDocument, key: Key | undefined): boolean =>
  key?.kind === "id" && long.source.identity === undefined && !long.distrusted.has("id")

/** The keys of these items that items before them in the document have, with whose they are. */
const takenBy = Effect.fnUntraced(function* (
  store: IntakeStore,
  long: LongDocument,
  document: ReadonlyArray<ItemKeys>
) {
  const hashes = document.flatMap(({ local }) =>
    isDeciding(long, local[0]?.[0]) ? [] : local.flat().map((key) => key.hash)
  )
  const known = yield* lookUp(store, hashes)
  return new Map([...known].flatMap(([hash, { id }]) => (long.seen.has(id) ? [[hash, id] as const] : [])))
})

/** Whether an item is one before it in the document: all its keys are that one's. */
const isAgain = (long: LongDocument, keys: ItemKeys, taken: ReadonlyMap<string, ItemId>): boolean => {
  const trusted = keys.local.map((rank) => rank.filter((key) => !long.distrusted.has(key.kind)))
  const best = trusted.find((rank) => rank.length > 0) ?? []
  const owners = new Set(best.map((key) => taken.get(key.hash)))
  return best.length > 0 && owners.size === 1 && !owners.has(undefined)
}

function* meetAll(
  long: LongDocument,
  batch: Batch,
  candidates: ReadonlyArray<Newcomer>,
  known: Known
): LongWork<void> {
  yield* mapLong(candidates, ({ candidate, age }) => {
    const item = knownAs(candidate, known)
    if (item === undefined) batch.fresh.push({ candidate, age })
    else if (long.seen.has(item.id)) long.repeated += 1
    else {
      long.met(item.id, age, () => candidate.joint)
      const { revisions, returned, aliases, outgrown } = recognised(candidate, item, known)
      batch.revisions.push(...revisions)
      batch.returned.push(...returned)
      batch.aliases.push(...aliases)
      batch.outgrown.push(...outgrown)
    }
  })
}

/** The rules of a short document, for the items that no id decides about, and the new ones. */
const takeRest = Effect.fnUntraced(function* (
  store: IntakeStore,
  long: LongDocument,
  batch: Batch,
  placed: ReadonlyArray<Placed>,
  first: boolean
) {
  const keys = yield* paced(() => mapLong(placed, ({ item }) => keysOf(item, long.source), heavyPortion))
  const taken = first ? new Map<string, ItemId>() : yield* takenBy(store, long, keys)
  const apart = yield* paced(() =>
    flatMapLong(
      placed,
      (one, at) => {
        const own = keys[at]
        return own === undefined || isAgain(long, own, taken) ? [] : [{ ...one, keys: own }]
      },
      heavyPortion
    )
  )
  const assessment = yield* paced(() =>
    assessing(
      apart.map((one) => one.keys),
      long.distrusted,
      new Set(taken.keys())
    )
  )
  const candidates = yield* paced(() =>
    mapLong(
      assessment.items.flatMap((one) => ({ one, placed: apart[one.index] })),
      ({ one, placed }) =>
        placed && { candidate: candidateOf({ ...one, item: placed.item }), age: placed.age },
      heavyPortion
    )
  )
  long.repeated += placed.length - assessment.items.length
  long.repeat(assessment.repeats)
  if (first) for (const kind of assessment.distrusted) long.distrusted.add(kind)
  const newcomers = candidates.flatMap((one) => one ?? [])
  const known = yield* lookUpCandidates(
    store,
    newcomers.map(({ candidate }) => candidate)
  )
  yield* paced(() => meetAll(long, batch, newcomers, known))
})

/** Recognises the next items of a document. */
export const recognise = Effect.fnUntraced(function* (
  store: IntakeStore,
  long: LongDocument,
  items: ReadonlyArray<Item>
) {
  const first = long.items === 0
  const placed = long.place(items)
  const batch = new Batch()
  const rest = first ? placed : yield* takeOffers(store, long, batch, placed)
  if (rest.length > 0) yield* takeRest(store, long, batch, rest, first)
  long.updated += batch.revisions.length
  return batch
})

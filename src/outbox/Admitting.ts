// Carries out a plan: one write transaction for a document of ordinary size, several short ones for a large one, the cursor with the last.
// Promises: a crash between two of them costs a repetition of the poll and nothing else, since each leaves only whole items with all
// their keys and deliveries, and the decision that they belong to is taken again on the whole document or stands in the source's row.
import { Effect, Option } from "effect"
import type { ItemId, SourceId } from "../domain/Names.ts"
import { termsOf } from "../identity/Terms.ts"
import { type AdmissionPlan, type FreshItem, planning, rulesOf } from "./AdmissionPlan.ts"
import { type Doubt, doubtAfter, isGap, settles } from "./Belief.ts"
import { type Candidates, candidatesOf } from "./Candidate.ts"
import { fitInto, viewOf } from "./Fitting.ts"
import type { Admission, PolledDocument } from "./Intake.ts"
import { type IntakeRows, type IntakeStore, type SourceMemory, unknownSource } from "./IntakeStore.ts"
import { lookUpCandidates, stillUnknown } from "./LookUp.ts"
import { breathe, paced } from "./Paced.ts"
import { type Piece, piecesOf } from "./Pieces.ts"
import { announce, enqueue } from "./Queueing.ts"
import { isReadOtherwise, renewed } from "./Renewing.ts"
import type { Signals } from "./Signals.ts"
import { add, countEach, nothing, type Tally } from "./Tally.ts"
import { announceJudged, tellChanged, watch } from "./Telling.ts"

/** Ids read by one statement. */
const idsPerLook = 5_000

interface Work {
  readonly document: PolledDocument
  readonly memory: SourceMemory
  readonly candidates: Candidates
  /** What a complete document leaves of doubt. */
  readonly doubt: Doubt
  readonly plan: AdmissionPlan
}

interface Progress {
  readonly tally: Tally
  readonly burst: Option.Option<number>
}

/** All items that the last complete document of a source had. */
const listedBy = Effect.fnUntraced(function* (store: IntakeStore, source: SourceId) {
  const listed: Array<ItemId> = []
  while (true) {
    const some = yield* store.read("look for what is gone", (rows) =>
      rows.listed(source, listed.at(-1) ?? 0, idsPerLook)
    )
    listed.push(...some)
    if (some.length < idsPerLook) return listed
    yield* breathe
  }
})

const hold = (rows: IntakeRows, { document }: Work, fresh: ReadonlyArray<FreshItem>, burst: number) => {
  const candidates = fresh.map((one) => one.candidate)
  rows.insert(document.source.id, candidates, Option.some({ burst }), document.now)
  return { held: fresh.length }
}

const admitNew = (rows: IntakeRows, { document }: Work, fresh: ReadonlyArray<FreshItem>): Partial<Tally> => {
  const { source, routes, now } = document
  const bound = fresh.map((one) => ({ ...one, item: one.candidate.item, joint: one.candidate.joint }))
  const view = viewOf(rows, routes, bound)
  const { admitted, prevented, waiting } = fitInto(bound, source.id, view)
  const candidates = admitted.map(({ of }) => of.candidate)
  const ids = rows.insert(source.id, candidates, Option.none(), now)
  const bearers = ids.flatMap((id, at) => {
    const one = admitted[at]
    return one === undefined ? [] : [{ ...one.of, id, channels: one.channels }]
  })
  return {
    ...enqueue(rows, bearers, view, now),
    fresh: admitted.length,
    filtered: countEach(rulesOf(admitted.map(({ of }) => of))),
    baseline: admitted.filter(({ of }) => of.silent).length,
    prevented,
    deferred: waiting
  }
}

/**
 * What new items are held under, of which so many are left. Asked of the store each time: a person may have decided meanwhile about what was
 * held before, and what comes after that is another burst; or another process is taking in a flood of the same source, or a long document.
 */
const holdingOf = (rows: IntakeRows, { document, plan }: Work, left: number): Option.Option<number> => {
  const { source, now } = document
  const { gathering, readingFrom } = rows.memory(source.id)
  const kind = Option.isSome(readingFrom) ? "stream" : "flood"
  if (!plan.hold) return kind === "flood" ? gathering : Option.none()
  return Option.orElse(gathering, () =>
    Option.some(rows.openBurst(source.id, kind, left, plan.documentItems, now))
  )
}

const admitFresh = (
  rows: IntakeRows,
  work: Work,
  piece: Piece<FreshItem>,
  before: Progress
): Partial<Tally> & Pick<Progress, "burst"> => {
  const { burst, tally } = before
  // Nothing newer goes before what waits.
  if (piece.fresh.length === 0 || tally.deferred > 0) return { burst, deferred: piece.fresh.length }
  const fresh = stillUnknown(rows, piece.fresh)
  const overtaken = piece.fresh.length - fresh.length
  if (fresh.length === 0) return { burst, overtaken }
  const left = work.plan.fresh.length - tally.held - tally.overtaken - overtaken
  return Option.match(holdingOf(rows, work, left), {
    onNone: () => ({ burst, overtaken, ...admitNew(rows, work, fresh) }),
    onSome: (holding) => ({ burst: Option.some(holding), overtaken, ...hold(rows, work, fresh, holding) })
  })
}

const close = (rows: IntakeRows, { document, memory, candidates, doubt }: Work, deferred: number): void => {
  const { source, complete, cursor, now, part } = document
  // Begun since, by another process: what that holds is decided when it ends.
  const reading = Option.isSome(rows.memory(source.id).readingFrom)
  const whole = deferred === 0 && !reading
  const proven = complete && doubt.times === 0
  // A document that is doubted is asked for whole again, to see whether it stays so.
  const advances = whole && (proven || part !== undefined)
  const settled = memory.settled || (whole && settles(document, memory))
  const distrusted = [...new Set([...memory.distrusted, ...candidates.distrusted])].sort()
  rows.close({
    source: source.id,
    memory: {
      ...unknownSource,
      terms: document.items.length === 0 ? memory.terms : Option.some(termsOf(source)),
      ...{ settled, partial: !complete, deferred, distrusted },
      listed: whole && proven ? candidates.items.length : memory.listed,
      doubt: complete ? doubt : memory.doubt
    },
    cursor: advances ? Option.some(cursor) : Option.none(),
    reading,
    now
  })
}

/** One transaction: what became of the piece, and the burst that its items are held under. */
const carryOut = (rows: IntakeRows, work: Work, piece: Piece<FreshItem>, before: Progress) => {
  const { burst, ...counts } = admitFresh(rows, work, piece, before)
  const became = add(nothing, counts)
  const watched = watch(rows, work.document.routes, piece, work.document.now)
  const changed = rows.revise(piece.revisions, work.document.now)
  rows.comeBack(piece.returned)
  rows.leave(piece.left, work.document.now)
  rows.dropKeys(piece.outgrown)
  rows.addKeys(piece.aliases)
  const judged = tellChanged(rows, work.document, watched)
  if (piece.last) close(rows, work, before.tally.deferred + became.deferred)
  return { became, burst, changed, judged }
}

const admissionOf = (
  { document, memory, candidates, plan, doubt }: Work,
  { tally, burst }: Progress
): Admission => ({
  items: document.items.length,
  fresh: tally.fresh,
  known: plan.known + tally.overtaken,
  updated: plan.revisions.length,
  repeated: candidates.repeated,
  queued: tally.queued,
  overruled: tally.overruled,
  filtered: tally.filtered,
  baseline: tally.baseline,
  duplicatesPrevented: tally.prevented,
  deferred: tally.deferred,
  held: Option.map(burst, (id) => ({ burst: id, items: tally.held })),
  distrusted: candidates.distrusted,
  gone: plan.left.length,
  gap: isGap(document, memory, candidates.items.length, plan.known),
  doubted: document.complete && doubt.times > 0
})

const work = Effect.fnUntraced(function* (
  store: IntakeStore,
  document: PolledDocument,
  memory: SourceMemory
) {
  const { source, items, now } = document
  const candidates = yield* paced(() => candidatesOf(source, items, memory.distrusted, now))
  const known = yield* lookUpCandidates(store, candidates.items)
  const doubt = doubtAfter(memory.doubt, memory.listed, candidates.items.length, now)
  const listed = document.complete && doubt.times === 0 ? yield* listedBy(store, source.id) : []
  const plan = yield* paced(() => planning(document, memory, candidates, known, listed))
  return { document, memory, candidates, doubt, plan } satisfies Work
})

/** A document without items of a source that has none: an export under way, or a server's mishap. Not even the cursor is written. */
export const untouched: Admission = {
  items: 0,
  fresh: 0,
  known: 0,
  updated: 0,
  repeated: 0,
  queued: new Map(),
  overruled: 0,
  filtered: new Map(),
  baseline: 0,
  duplicatesPrevented: 0,
  deferred: 0,
  held: Option.none(),
  distrusted: [],
  gone: 0,
  gap: false,
  doubted: false
}

/** Admits a whole document of a source that is reading none. */
export const admit = Effect.fnUntraced(function* (
  store: IntakeStore,
  signals: Signals["Type"],
  document: PolledDocument,
  before: SourceMemory
) {
  const memory = yield* renewed(store, document, document.items, before)
  const { complete, items, part, source } = document
  const matters = part !== undefined || (complete && memory.listed > 0 && !isReadOtherwise(source, memory))
  if (items.length === 0 && !matters) return untouched
  const todo = yield* work(store, document, memory)
  let progress: Progress = { tally: nothing, burst: Option.none() }
  for (const [at, piece] of piecesOf(todo.plan).entries()) {
    if (at > 0) yield* breathe
    const before = progress
    const { became, burst, changed, judged } = yield* store.transaction("admit items", (rows) =>
      carryOut(rows, todo, piece, before)
    )
    yield* announce(signals, became)
    yield* announceJudged(signals, judged)
    for (const id of changed) yield* signals.notify({ kind: "channel", id })
    progress = { tally: add(before.tally, became), burst }
  }
  return admissionOf(todo, progress)
})

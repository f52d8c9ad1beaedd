// What becomes of a document's items. Enters: the candidates, the known items among them, what the source remembers. Leaves: a plan.
// Promises: pure; the decision (first sight, burst, news) is taken on the whole document, so a crash and a new poll come to the same one.
// Never looks at channels' room: that changes under it and is looked up in the transaction (`Fitting.ts`).
import { Option } from "effect"
import type { Channel } from "../domain/Channel.ts"
import type { Item } from "../domain/Item.ts"
import { equals, type Money } from "../domain/Money.ts"
import type { ChannelId, ItemId } from "../domain/Names.ts"
import type { BurstGuard, Filter, StartPolicy } from "../domain/Source.ts"
import { flatMapLong, heavyPortion, type LongWork, mapLong } from "../identity/LongWork.ts"
import type { Candidate, Candidates } from "./Candidate.ts"
import type { PolledDocument, Route } from "./Intake.ts"
import type { KnownItem, Revision, SourceMemory } from "./IntakeStore.ts"
import { type Passage, passes } from "./Routing.ts"

/** An item that a channel did not get, and the rule of its route or its own that said so. */
export interface KeptOut {
  readonly channel: ChannelId
  readonly rule: string
}

/** A new item with the channels whose filters let it pass. */
export interface FreshItem {
  readonly candidate: Candidate
  readonly channels: ReadonlyArray<Channel>
  /** The rules that kept it out of the others. */
  readonly keptOutBy: ReadonlyArray<KeptOut>
  /** Stored without a delivery, since a first sight posts only the newest. */
  readonly silent: boolean
}

export interface AdmissionPlan {
  /** In the order of admission: the silent ones, then the others, each oldest first. */
  readonly fresh: ReadonlyArray<FreshItem>
  /** The new items are a burst, held until a person decides. */
  readonly hold: boolean
  /** Distinct items of the document. */
  readonly documentItems: number
  readonly known: number
  readonly revisions: ReadonlyArray<Revision>
  /** Known items that were missing and are there again. */
  readonly returned: ReadonlyArray<ItemId>
  /** Known items that the document proves to be missing. */
  readonly left: ReadonlyArray<ItemId>
  readonly aliases: ReadonlyArray<{ readonly item: ItemId; readonly hash: string }>
  /** Keys that name nothing any more, or another item from now on: places of offers, and of those that have ids now. */
  readonly outgrown: ReadonlyArray<string>
}

/** Keys that an item may gain over time: enough for every change of scheme, too few for a guid made anew with each request. */
const maxAliases = 16

/** The channels that get an item, and the rules that closed the others: of the route first, then the channel's own. */
export const routed = (
  item: Item,
  routes: ReadonlyArray<Route>
): Pick<FreshItem, "channels" | "keptOutBy"> => {
  const passages = new Map<Filter, Passage>()
  const judged = (filter: Filter): Passage => {
    const passage = passages.get(filter) ?? passes(filter, item)
    passages.set(filter, passage)
    return passage
  }
  const ruled = routes.map(({ channel, where }) => {
    const own = judged(where)
    const passage = own === "pass" ? judged(channel.where ?? everything) : own
    return { channel, rule: passage === "pass" ? undefined : passage.rule }
  })
  return {
    channels: ruled.flatMap(({ channel, rule }) =>
      rule === undefined && channel.events.includes("new") ? [channel] : []
    ),
    keptOutBy: ruled.flatMap(({ channel, rule }) =>
      rule === undefined ? [] : [{ channel: channel.id, rule }]
    )
  }
}

const everything: Filter = {}

/** How often each rule kept an item out; equal rules of several channels count once an item. */
export const rulesOf = (items: ReadonlyArray<Pick<FreshItem, "keptOutBy">>): ReadonlyArray<string> =>
  items.flatMap(({ keptOutBy }) => [...new Set(keptOutBy.map(({ rule }) => rule))])

const samePrice = (a: Option.Option<Money>, b: Option.Option<Money>): boolean =>
  Option.match(Option.all([a, b]), {
    onNone: () => Option.isNone(a) && Option.isNone(b),
    onSome: ([one, other]) => equals(one, other)
  })

/** What another content of a known item means for its offer. */
export const offerChange = (known: KnownItem, item: Item): Pick<Revision, "offered" | "repriced"> => {
  const same =
    samePrice(known.price, Option.fromNullable(item.offer?.price)) &&
    Option.getOrUndefined(known.availability) === item.offer?.availability
  return { offered: !same, repriced: !same && item.offer?.price !== undefined }
}

const oldestOf = (hashes: ReadonlyArray<string>, known: ReadonlyMap<string, KnownItem>) =>
  hashes
    .flatMap((hash) => known.get(hash) ?? [])
    .reduce<KnownItem | undefined>(
      (first, one) => (first === undefined || one.id < first.id ? one : first),
      undefined
    )

/** The known item that a candidate is; of several the one known first. By a key that it shares, only the one that says the same. */
export const knownAs = (candidate: Candidate, known: ReadonlyMap<string, KnownItem>): KnownItem | undefined =>
  oldestOf(candidate.keys, known) ??
  oldestOf(candidate.formerly, known) ??
  candidate.shared
    .flatMap((hash) => known.get(hash) ?? [])
    .find((one) => one.contentHash === candidate.contentHash)

export const recognised = (candidate: Candidate, item: KnownItem, known: ReadonlyMap<string, KnownItem>) => {
  const { also, formerly, keys } = candidate
  const isFormer = keys.every((hash) => !known.has(hash)) && formerly.some((hash) => known.has(hash))
  // What has lost its id, or its group, keeps the place that it had with it: without, it could not be told from what comes there next.
  const unknown =
    isFormer && also.length === 0
      ? []
      : [
          ...keys.filter((hash) => !known.has(hash)),
          ...also.filter((hash) => known.get(hash)?.id !== item.id)
        ]
  const aliases = unknown.slice(0, Math.max(0, maxAliases - item.aliases))
  return {
    revisions:
      item.contentHash === candidate.contentHash
        ? []
        : [{ id: item.id, candidate, joint: candidate.joint, ...offerChange(item, candidate.item) }],
    returned: item.absent ? [item.id] : [],
    aliases: aliases.map((hash) => ({ item: item.id, hash })),
    outgrown: [
      ...(isFormer && aliases.length > 0 ? formerly.filter((hash) => known.get(hash)?.id === item.id) : []),
      // The place is that of whatever stood there last.
      ...aliases.filter((hash) => known.has(hash))
    ]
  }
}

/** Whether so many new items are a flood of old ones. What waited for room since the last document is not new again. */
export const isBurst = (guard: BurstGuard | false, newItems: number, documentItems: number): boolean =>
  guard !== false && newItems >= guard.items && newItems > guard.share * documentItems

/** The candidates that a first sight posts: of the whole document, not of what is new, so that a repetition chooses the same. */
const chosenAtStart = (start: StartPolicy, oldestFirst: ReadonlyArray<Candidate>): ReadonlySet<Candidate> => {
  if (start === "all") return new Set(oldestFirst)
  const count = start === "none" ? 0 : start
  return new Set(oldestFirst.slice(Math.max(0, oldestFirst.length - count)))
}

/** Decides about a whole document, in portions. `listed`: the items that it would have to have to say nothing about them being gone. */
export function* planning(
  document: PolledDocument,
  memory: SourceMemory,
  candidates: Candidates,
  known: ReadonlyMap<string, KnownItem>,
  listed: ReadonlyArray<ItemId>
): LongWork<AdmissionPlan> {
  const { source, routes } = document
  const documentItems = Math.max(candidates.items.length, document.part?.of ?? 0)
  const claimed = new Set<ItemId>()
  const unknown: Array<Candidate> = []
  const seen = yield* flatMapLong(candidates.items, (candidate) => {
    const item = knownAs(candidate, known)
    if (item === undefined) unknown.push(candidate)
    if (item === undefined || claimed.has(item.id)) return []
    claimed.add(item.id)
    return [recognised(candidate, item, known)]
  })
  const firstSight = !memory.settled
  const surge = Math.max(0, unknown.length - memory.deferred)
  const hold = Option.isSome(memory.gathering) || (!firstSight && isBurst(source.burst, surge, documentItems))
  const chosen = chosenAtStart(firstSight ? source.start : "all", candidates.items)
  const fresh = yield* mapLong(
    unknown,
    (candidate): FreshItem => {
      if (hold || !chosen.has(candidate)) return { candidate, channels: [], keptOutBy: [], silent: !hold }
      return { candidate, ...routed(candidate.item, routes), silent: false }
    },
    heavyPortion
  )
  return {
    fresh: [...fresh.filter((one) => one.silent), ...fresh.filter((one) => !one.silent)],
    hold,
    documentItems,
    known: candidates.items.length - unknown.length,
    revisions: yield* flatMapLong(seen, (one) => one.revisions),
    returned: yield* flatMapLong(seen, (one) => one.returned),
    left: yield* flatMapLong(listed, (id) => (claimed.has(id) ? [] : [id])),
    aliases: yield* flatMapLong(seen, (one) => one.aliases),
    outgrown: yield* flatMapLong(seen, (one) => one.outgrown)
  }
}

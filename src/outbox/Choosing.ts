// Which of what waits goes out next: the first in order that no cap keeps back, or as many as a digest takes. Enters: the queue, as a store
// can look into it. Leaves: deliveries, or why there are none and until when. Promises: reads only; few look-ups, however long the queue
// is; nothing in excess of a cap is chosen, counted over what was sent in its sliding window; what may
// have landed by itself before is in no digest.
import { Duration } from "effect"
import type { Cap } from "../domain/Choice.ts"
import type { DeliveryId, Millis } from "../domain/Names.ts"
import type { DigestTerms } from "../domain/Opening.ts"

/** What of a channel's choice is judged when something is to be sent. */
export interface Choosing {
  readonly caps?: ReadonlyArray<Cap>
  readonly digest?: DigestTerms | undefined
}

/** A delivery that waits, as the caps count it. */
export interface Counted {
  readonly id: DeliveryId
  readonly brand: string | null
  readonly category: string | null
}

/** One that is due. */
export interface Head extends Counted {
  readonly queuedAt: Millis
  /** An attempt of it alone may have landed after all. */
  readonly again: boolean
}

/** What is not looked for. */
export interface Except {
  readonly ids: ReadonlyArray<DeliveryId>
  readonly brand: ReadonlyArray<string>
  readonly category: ReadonlyArray<string>
  /** Nor what was queued later. */
  readonly queuedBy: Millis
}

/** A channel's queue as a store sees it. */
export interface Waiting<H extends Head> {
  /** The first that is due, is in no digest that has begun, and is not excepted. */
  readonly first: (except: Except) => H | undefined
  /** When deliveries of this brand or category were sent, the newest first, between `since` and `until`, at most `limit`. */
  readonly sent: (
    by: Cap["by"],
    value: string,
    since: Millis,
    until: Millis,
    limit: number
  ) => ReadonlyArray<Millis>
}

export type Chosen<H> =
  | { readonly _tag: "Chosen"; readonly first: H; readonly more: ReadonlyArray<H> }
  /** Over a cap whose excess is left out. */
  | { readonly _tag: "Over"; readonly head: H; readonly why: string }
  /** A digest is not ready; of what it has so far, the oldest was queued then. */
  | { readonly _tag: "Gathering"; readonly oldestQueuedAt: Millis | null }
  /** All that is due is over a cap, the first of them until then. */
  | { readonly _tag: "Capped"; readonly until: Millis; readonly why: string }
  | { readonly _tag: "None" }

/** A cap that a delivery is over, and until when. */
export interface Excess {
  readonly by: Cap["by"]
  readonly value: string
  readonly until: Millis
  readonly why: string
  readonly skip: boolean
}

const excessOf = (
  head: Counted,
  { by, max, over, perMs }: Cap,
  queue: Pick<Waiting<Head>, "sent">,
  chosen: ReadonlyArray<Counted>,
  now: Millis
): Excess | undefined => {
  const value = head[by]
  if (value === null) return undefined
  // What is as far ahead as that was sent before the clock was set back.
  const sent = queue.sent(by, value, now - perMs, now + perMs, max)
  const own = chosen.filter((one) => one[by] === value).length
  if (sent.length + own < max) return undefined
  const oldest = own === 0 ? sent.at(-1) : undefined
  return {
    ...{ by, value, skip: over === "skip", until: (oldest ?? now) + perMs },
    why: `cap: ${max} of ${by} ${value} in ${Duration.format(perMs)}`
  }
}

/** The caps that a delivery is over, beside what is `chosen` already. */
export const excesses = (
  head: Counted,
  caps: ReadonlyArray<Cap>,
  queue: Pick<Waiting<Head>, "sent">,
  chosen: ReadonlyArray<Counted>,
  now: Millis
): ReadonlyArray<Excess> => caps.flatMap((cap) => excessOf(head, cap, queue, chosen, now) ?? [])

const everything = { ids: [], brand: [], category: [], queuedBy: Number.MAX_SAFE_INTEGER }

/** A digest that is not full goes out when one of it has waited long enough. */
const isReady = (chosen: ReadonlyArray<Head>, { items, lateBy }: DigestTerms): boolean =>
  chosen.length >= items || chosen.some(({ queuedAt }) => queuedAt <= lateBy)

export const choose = <H extends Head>(
  queue: Waiting<H>,
  { caps = [], digest }: Choosing,
  now: Millis
): Chosen<H> => {
  const chosen: Array<H> = []
  const excess: Array<Excess> = []
  const queuedBy = digest?.queuedBy ?? everything.queuedBy
  while (chosen.length < (digest?.items ?? 1)) {
    const valuesOf = (by: Cap["by"]) => excess.flatMap((one) => (one.by === by ? [one.value] : []))
    const ids = chosen.map(({ id }) => id)
    const head = queue.first({ ids, brand: valuesOf("brand"), category: valuesOf("category"), queuedBy })
    if (head === undefined) break
    const over = excesses(head, caps, queue, chosen, now)
    const [skipped] = over.filter(({ skip }) => skip)
    if (skipped !== undefined) return { _tag: "Over", head, why: skipped.why }
    // Seen later, the post that it was would count for all of its digest.
    if (over.length === 0 && head.again) return { _tag: "Chosen", first: head, more: [] }
    if (over.length === 0) chosen.push(head)
    else excess.push(...over)
  }
  return outcome(queue, chosen, excess, digest)
}

const outcome = <H extends Head>(
  queue: Waiting<H>,
  chosen: ReadonlyArray<H>,
  excess: ReadonlyArray<Excess>,
  digest: DigestTerms | undefined
): Chosen<H> => {
  const [first, ...more] = chosen
  const [freed] = excess.toSorted((a, b) => a.until - b.until)
  if (first !== undefined && (digest === undefined || isReady(chosen, digest))) {
    return { _tag: "Chosen", first, more }
  }
  if (first !== undefined) {
    return { _tag: "Gathering", oldestQueuedAt: Math.min(...chosen.map(({ queuedAt }) => queuedAt)) }
  }
  if (freed !== undefined) return { _tag: "Capped", until: freed.until, why: freed.why }
  return digest !== undefined && queue.first(everything) !== undefined
    ? { _tag: "Gathering", oldestQueuedAt: null }
    : { _tag: "None" }
}

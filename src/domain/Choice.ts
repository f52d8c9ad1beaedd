// What a channel chooses of all that is bound for it: which items, how many of one kind, what goes first, at which hours, and alone or several
// in one post. All of it may be absent: then everything goes, one by one, in its order, at any time.
import type { Score } from "./Score.ts"
import type { Filter } from "./Source.ts"

/** Wall-clock minutes after midnight, `to` not included; over midnight when `to` is the smaller. Equal ends mean none. */
export interface DayHours {
  readonly from: number
  readonly to: number
  /** The days on which it begins: 0 is Sunday. */
  readonly days: ReadonlyArray<number>
}

/** At most `max` posts of one brand or category in any `perMs`; what is over it waits for its time, or is left out. */
export interface Cap {
  readonly by: "brand" | "category"
  readonly max: number
  readonly perMs: number
  readonly over: "wait" | "skip"
}

/** What goes first when several wait; absent means the one that was found first. */
export type First = { readonly _tag: "Newest" } | { readonly _tag: "Score"; readonly score: Score }

/** Several deliveries in one post. Without `at` a digest goes out when it is full, or when its oldest has waited for `withinMs`. */
export interface Digest {
  /** At most so many in a post. */
  readonly items: number
  /** Minutes after midnight: what was found by then goes out then, in as many posts as it takes. */
  readonly at: ReadonlyArray<number>
  readonly withinMs?: number
}

export interface Choice {
  /** Judged when an item is admitted, after the route's own filter. */
  readonly where?: Filter
  readonly caps?: ReadonlyArray<Cap>
  /** Judged when an item is admitted. */
  readonly first?: First
  readonly digest?: Digest
  /** IANA: whose wall clock `windows`, `spread`, the times of digests and those in posts go by. */
  readonly zone?: string
  /** Nothing is sent outside them. */
  readonly windows?: ReadonlyArray<DayHours>
  /** What waits is spread evenly over the time left of the day. */
  readonly spread?: boolean
  /** A delivery that has waited longer, in milliseconds, is given up. */
  readonly expireMs?: number
}

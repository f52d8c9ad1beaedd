// One look for a post in a channel, by whatever technique the channel has, the one that proves most first: the profile that shows the channel,
// copies in a private log chat, and last the question whether anything is there at all. What is seen is recorded as evidence; what leaves is
// whether the place was seen clearly. Promises: a post of ours that is known to stand is looked at first, and if it cannot be seen, nothing
// else is believed; no post of other people is ever changed.
// @source reference/telegram-bot-api.md §5.2, §5.3, §5.4 (S5)
import { Clock, Effect, Schema } from "effect"
import type { Channel } from "../../domain/Channel.ts"
import { messagesOf } from "../../domain/Post.ts"
import { Evidence, type Sighting } from "../../outbox/Evidence.ts"
import type { OpenAttempt } from "../../outbox/Outbox.ts"
import { Throttle } from "../../throttle/Throttle.ts"
import { patiently } from "../Patience.ts"
import { lookAtCopies } from "./CopyLook.ts"
import type { LookResult } from "./Inquiry.ts"
import { probe } from "./ProbeLook.ts"
import { lookAtProfile } from "./ProfileLook.ts"

/** What is looked for, and what is known about the place. */
export interface Search {
  readonly channel: Channel
  readonly attempt: OpenAttempt
  /** The highest id that was seen there; above it a few ids in a row without a message end the search. */
  readonly top: number
  /** Ids above the attempt's floor that need no look. */
  readonly seen: ReadonlySet<number>
  /** Posts that should stand there, newest first; ours where there are some. */
  readonly controls: ReadonlyArray<number>
  /** Other attempts may have left a post there as well. */
  readonly others: boolean
}

/** More ids than this are not looked at in one search. */
export const mostCandidates = 60

/** Ids in a row without a message after which nothing more is expected: deletions and gaps are rare, albums are looked for further. */
const absentInRow = ({ post }: OpenAttempt): number => (messagesOf(post) > 1 ? 10 : 3)

/** Where in a channel something may stand that was posted since. */
export interface Stretch {
  /** What is looked for stands above. */
  readonly floor: number
  readonly top: number
  readonly seen: ReadonlySet<number>
}

/** The ids of the stretch, in order; `tell` says of each whether a message was seen; above the top so many in a row without one end it. */
export const idsOf = ({ floor, top, seen }: Stretch, absentInRow: number) => {
  let id = floor
  let absent = 0
  return {
    next: (): number | undefined => {
      do id += 1
      while (seen.has(id))
      return absent >= absentInRow && id > top ? undefined : id
    },
    tell: (isThere: boolean): void => {
      absent = isThere ? 0 : absent + 1
    }
  }
}

/** The ids at which the post may stand. */
export const candidatesOf = (search: Search) =>
  idsOf({ ...search, floor: search.attempt.floor }, absentInRow(search.attempt))

export const inconclusive = (why: string): LookResult => ({ _tag: "Inconclusive", why })
export const clear: LookResult = { _tag: "Clear" }

/** Those that show what stands there. */
const reading = (channel: Channel) => [
  ...(channel.profileOf === undefined ? [] : [lookAtProfile]),
  ...(channel.logChat === undefined ? [] : [lookAtCopies])
]

/** Whether what stands in the channel can be read, and not only asked whether something does. */
export const isReadable = (channel: Channel): boolean => reading(channel).length > 0

/** Whether the post stands there. */
export const look = (search: Search) => lookedBy([...reading(search.channel), probe], search)

/** What stands there, whosever it is: the question whether anything does says nothing of a post among others. */
export const read = (search: Search) => lookedBy(reading(search.channel), search)

/** The first technique that sees clearly decides; if none does, the reason of the one that proves most is told. */
const lookedBy = (
  techniques: ReadonlyArray<typeof probe | typeof lookAtProfile | typeof lookAtCopies>,
  search: Search
) =>
  Effect.gen(function* () {
    const evidence = yield* Evidence
    const reasons: Array<string> = []
    for (const technique of techniques) {
      const { sightings, result } = yield* technique(search)
      const now = yield* Clock.currentTimeMillis
      const { found } = yield* patiently(evidence.saw(search.channel.id, sightings, now))
      if (result._tag === "Clear" || found.length > 0) return clear
      reasons.push(result.why)
    }
    return inconclusive(reasons[0] ?? "there is no way to look")
  })

export interface Seen {
  readonly sightings: ReadonlyArray<Sighting>
  readonly result: LookResult
}

/** Longer nobody waits for a turn to read: whoever looks has the lease, and the channel's posts would wait as well. */
const longestTurnMs = 30_000

/** Telegram has asked for a long pause there: not read. Look again from `until` (epoch ms) on. */
export class NoTurn extends Schema.TaggedError<NoTurn>("oncecast/publisher/NoTurn")("NoTurn", {
  key: Schema.String,
  until: Schema.Number
}) {
  override get message(): string {
    return `Telegram takes no call for ${this.key} before ${new Date(this.until).toISOString()}.`
  }
}

/** A turn for a call that only reads: under the limit of all calls, and `gapMs` apart of those with the same key. */
export const readingTurn = Effect.fnUntraced(function* (key: string, gapMs: number) {
  const throttle = yield* Throttle
  const call = { chat: key, limits: gapMs === 0 ? [] : [{ key, max: 1, windowMs: gapMs }] }
  const verdict = yield* throttle.passWithin(call, longestTurnMs)
  if (verdict._tag === "Granted") return
  const { all = 0, chats } = yield* throttle.held
  const soon = (yield* Clock.currentTimeMillis) + verdict.ms
  return yield* new NoTurn({ key, until: Math.max(soon, all, chats.get(key) ?? 0) })
})

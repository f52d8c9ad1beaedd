// A person's decision about a channel of which nobody can see what was posted into it after the backup that was restored. One for all surfaces.
import { Clock, Effect, Option } from "effect"
import type { Catalog } from "../config/Catalog.ts"
import { Ledger } from "../outbox/Ledger.ts"
import { Restoration } from "../outbox/Restoration.ts"
import { traced } from "../Spans.ts"
import { NotFound, NotPossible } from "./NotDone.ts"
import { count } from "./Wording.ts"

/** `send`: nothing was posted since, or a second post does no harm. `skip`: what waits now was posted. */
export type RestoredDecision = "send" | "skip"

/** What the sources have not brought again yet cannot be skipped, and would be sent after all. */
const unread = (catalog: Catalog, channel: string, since: number) =>
  Effect.gen(function* () {
    const ledger = yield* Ledger
    const read = new Set(
      (yield* ledger.polls)
        .filter(({ at, outcome }) => at > since && outcome !== "failed")
        .map(({ source }) => source)
    )
    return [...catalog.sources.values()].filter(
      ({ id, to }) => to.some((one) => one === channel) && !read.has(id)
    )
  })

/** One sentence for people. */
export const decideRestored = traced("RestoredChannels.decide")(function* (
  catalog: Catalog,
  name: string,
  decision: RestoredDecision
) {
  const restoration = yield* Restoration
  const waiting = yield* restoration.unsettled
  const one = waiting.find(({ channel }) => channel === name)
  if (one === undefined) {
    const known = waiting.map(({ channel }) => channel).join(", ")
    return yield* waiting.length === 0
      ? new NotPossible({ what: "No channel waits for a decision after a restore." })
      : new NotFound({
          what: `Channel "${name}" does not wait for a decision after a restore; there are ${known}.`
        })
  }
  if (decision === "skip") {
    const [first] = yield* unread(catalog, name, one.at)
    if (first !== undefined)
      return yield* new NotPossible({
        what: `Source ${first.id} was not read since the restore, and what it brings would be sent after all. Let the service run until it was, then decide.`
      })
  }
  const done = yield* restoration.decide(one.channel, decision, yield* Clock.currentTimeMillis)
  const skipped = count(
    Option.getOrElse(done, () => 0),
    "delivery that waited counts",
    "deliveries that waited count"
  )
  return decision === "send"
    ? `Channel ${name} goes on: what waits is sent.`
    : `Channel ${name} goes on: ${skipped} as posted (\`oncecast retry\` sends one all the same).`
})

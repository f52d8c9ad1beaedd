// Keeps the store small: forgets items, what was seen in the channels and changes of posts that follow no more, by the rules, every hour.
// Forgets only items that left its source's document long ago: an item that may come back would be posted again.
import { Clock, Effect } from "effect"
import type { Channel } from "../domain/Channel.ts"
import type { StorageFailed } from "../domain/StorageFailed.ts"
import { Evidence } from "./Evidence.ts"
import { Intake } from "./Intake.ts"
import { Posts } from "./Posts.ts"
import { Restoration } from "./Restoration.ts"

/** Posts of other people explain passing message ids for as long as an attempt may land late: two days. */
const explainedForMs = 2 * 86_400_000

/** Of an offer's prices those of 90 days are kept, and the one before: three times what a price drop is held against. */
const pricesForMs = 90 * 86_400_000

/** What of a catalog says how long something matters. */
export interface Keeping {
  /** How long after it was last seen an item is remembered. */
  readonly forgetMs: number
  readonly channels: ReadonlyMap<string, Pick<Channel, "id" | "followMs">>
}

/** The catalog is asked anew each time. Ends with the store's failure. */
export const upkeep = (
  keeping: Effect.Effect<Keeping>
): Effect.Effect<never, StorageFailed, Intake | Evidence | Restoration | Posts> =>
  Effect.gen(function* () {
    const { channels, forgetMs } = yield* keeping
    const posts = yield* Posts
    const intake = yield* Intake
    const evidence = yield* Evidence
    const restoration = yield* Restoration
    const now = yield* Clock.currentTimeMillis
    const rememberedFrom = now - forgetMs
    const forgotten = yield* intake.forget(rememberedFrom)
    yield* restoration.forget(rememberedFrom)
    yield* intake.forgetPrices(now - pricesForMs)
    yield* evidence.forget(now - explainedForMs)
    for (const { followMs, id } of channels.values()) yield* posts.leave(id, now - followMs)
    if (forgotten > 0) {
      yield* Effect.logInfo("forgot items not seen for long").pipe(Effect.annotateLogs({ forgotten }))
    }
    yield* Effect.sleep("1 hour")
  }).pipe(Effect.forever)

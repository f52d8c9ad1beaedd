// getUpdates: answers at once when something waits, else when something comes or the time is over. Of two polls of one bot the older is told
// that it was terminated (E14).
// @source reference/telegram-bot-api.md §6
import { Clock, Duration, Effect, Either, PubSub, Queue, type Scope } from "effect"
import type { Judged, Refusal } from "./Errors.ts"
import type { Call } from "./methods/Method.ts"
import { integerOf, listOf } from "./methods/Params.ts"
import type { State } from "./State.ts"
import { takeUpdates } from "./Updates.ts"

const maxTimeoutSeconds = 50
const maxLimit = 100

const conflict = (what: string): Refusal => ({ code: 409, description: `Conflict: ${what}` })
const terminated = conflict(
  "terminated by other getUpdates request; make sure that only one bot instance is running"
)
const webhookActive = conflict(
  "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)

/** One poller per bot: the newest. `changes` says when something in the emulator changed. */
export const makePolling = (changes: PubSub.PubSub<void>) => {
  const newest = new Map<number, number>()

  return Effect.fnUntraced(function* (
    state: State,
    { bot, params }: Call
  ): Effect.fn.Return<Judged<unknown>, never, Scope.Scope> {
    if (bot.webhook !== "") return Either.left(webhookActive)
    const allowed = listOf(params, "allowed_updates")
    if (allowed !== undefined) bot.allowedUpdates = allowed.map((kind) => `${kind}`)
    const mine = (newest.get(bot.id) ?? 0) + 1
    newest.set(bot.id, mine)
    yield* PubSub.publish(changes, undefined)
    const limit = Math.min(maxLimit, Math.max(1, integerOf(params, "limit") ?? maxLimit))
    const timeout = Math.min(maxTimeoutSeconds, Math.max(0, integerOf(params, "timeout") ?? 0))
    const deadline = (yield* Clock.currentTimeMillis) + timeout * 1000
    const queue = yield* PubSub.subscribe(changes)
    while (true) {
      if (newest.get(bot.id) !== mine) return Either.left(terminated)
      const now = yield* Clock.currentTimeMillis
      const updates = takeUpdates(state, bot.id, integerOf(params, "offset") ?? 0, limit, now)
      if (updates.length > 0 || now >= deadline) return Either.right(updates)
      yield* Effect.timeoutOption(Queue.take(queue), Duration.millis(deadline - now))
    }
  }, Effect.scoped)
}

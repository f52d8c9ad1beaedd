// getUpdates: answers at once when something waits, else when something comes or the time is over. A poll that begins to wait ends the one that
// waits already (E14).
// @source reference/telegram-bot-api.md §6; telegram-bot-api Client.cpp process_get_updates_query, do_get_updates, fail_query_conflict
import { Clock, Duration, Effect, Either, PubSub, Queue, type Scope } from "effect"
import type { Judged, Refusal } from "./Errors.ts"
import type { Machine } from "./Machine.ts"
import type { Call } from "./methods/Method.ts"
import { integerOf } from "./methods/Params.ts"
import { allowUpdates } from "./methods/WebhookSettings.ts"
import type { State } from "./State.ts"
import { isTold, nextHeld, takeUpdates } from "./Updates.ts"

const maxLimit = 100
/** Asking again with the same offset within this time waits so long, … */
const stretchMs = 3000
/** … and within this time gets one update. */
const cutMs = 500
const conflictPauseMs = 3000

const conflict = (what: string): Refusal => ({ code: 409, description: `Conflict: ${what}` })
const byPoll = conflict(
  "terminated by other getUpdates request; make sure that only one bot instance is running"
)
const byWebhook = conflict("terminated by setWebhook request")
const webhookActive = conflict(
  "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)

/** What the server remembers of one bot's polls. */
interface Poller {
  /** Counts the polls that began to wait. */
  waits: number
  offset?: number
  askedAt?: number
  nextConflictAt: number
}

interface Ask {
  readonly offset: number
  readonly limit: number
  readonly timeoutMs: number
}

const clamped = (value: number | undefined, least: number, most: number, absent: number) =>
  Math.min(most, Math.max(least, value ?? absent))

const askedIn = ({ params }: Call, longestSeconds: number): Ask => ({
  offset: integerOf(params, "offset") ?? 0,
  limit: clamped(integerOf(params, "limit"), 1, maxLimit, maxLimit),
  timeoutMs: clamped(integerOf(params, "timeout"), 0, longestSeconds, 0) * 1000
})

/** Whoever asks the same again in a hurry has to wait a little. */
const paced = (ask: Ask, { offset, askedAt = Number.NEGATIVE_INFINITY }: Poller, now: number): Ask => {
  if (offset !== ask.offset || now >= askedAt + stretchMs) return ask
  return {
    ...ask,
    timeoutMs: Math.max(ask.timeoutMs, stretchMs),
    limit: now < askedAt + cutMs ? 1 : ask.limit
  }
}

/** One waiting poll per bot; a reset ends all. `changes` says when something in the emulator changed. */
export const makePolling = (machine: Machine, changes: PubSub.PubSub<void>) => {
  const pollers = new WeakMap<State, Map<number, Poller>>()

  const pollerOf = (state: State, botId: number): Poller => {
    const known = pollers.get(state) ?? new Map<number, Poller>()
    pollers.set(state, known)
    const poller = known.get(botId) ?? { waits: 0, nextConflictAt: 0 }
    known.set(botId, poller)
    return poller
  }

  /** The first conflict is told at once, those that follow closely after a pause. */
  const conflicting = Effect.fnUntraced(function* (state: State, poller: Poller, refusal: Refusal) {
    const now = yield* Clock.currentTimeMillis
    if (!state.switches.pacing || now >= poller.nextConflictAt) poller.nextConflictAt = now + conflictPauseMs
    else yield* Effect.sleep(Duration.millis(conflictPauseMs))
    return Either.left(refusal)
  })

  return Effect.fnUntraced(function* (call: Call): Effect.fn.Return<Judged<unknown>, never, Scope.Scope> {
    const { state } = machine
    const { bot, params } = call
    const poller = pollerOf(state, bot.id)
    if (bot.webhook !== undefined) return yield* conflicting(state, poller, webhookActive)
    allowUpdates(bot, params)
    const begun = yield* Clock.currentTimeMillis
    const asked = askedIn(call, machine.longestPollSeconds)
    const ask = state.switches.pacing ? paced(asked, poller, begun) : asked
    Object.assign(poller, { offset: ask.offset, askedAt: begun })
    const deadline = begun + ask.timeoutMs
    const queue = yield* PubSub.subscribe(changes)
    let mine: number | undefined
    while (machine.state === state) {
      if (bot.webhook !== undefined) return yield* conflicting(state, poller, byWebhook)
      if (mine !== undefined && poller.waits !== mine) return yield* conflicting(state, poller, byPoll)
      const now = yield* Clock.currentTimeMillis
      const updates = takeUpdates(state, bot.id, ask.offset, ask.limit, now)
      if (updates.length > 0 || now >= deadline) return Either.right(updates)
      if (mine === undefined) {
        poller.waits += 1
        mine = poller.waits
        yield* PubSub.publish(changes, undefined)
      }
      const wake = Math.min(deadline, nextHeld(state, bot.id))
      // Most of what changes is told to somebody else: the limit of time is not set anew for it.
      const isOver = () =>
        machine.state !== state || bot.webhook !== undefined || poller.waits !== mine || isTold(state, bot.id)
      yield* Effect.timeoutOption(
        Effect.zipRight(
          Queue.take(queue),
          Effect.whileLoop({
            while: () => !isOver() && nextHeld(state, bot.id) >= wake,
            body: () => Queue.take(queue),
            step: () => undefined
          })
        ),
        Duration.millis(Math.max(0, wake - now))
      )
    }
    return Either.right([])
  }, Effect.scoped)
}

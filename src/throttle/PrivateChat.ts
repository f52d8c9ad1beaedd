// When something may be said to a person: one message a second on the long run, a few at once after a pause. The same for whoever speaks, so
// that questions, answers and alerts together keep to it.
// @source https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this "more than one message per second … short bursts" (2026-11)
import { Effect } from "effect"
import { Throttle } from "./Throttle.ts"

const burst = 3

/** Returns when the next message to this person may go; then send at once. Callers go in the order they came. */
export const personTurn = (person: number): Effect.Effect<void, never, Throttle> =>
  Effect.flatMap(Throttle, (throttle) =>
    throttle.pass({
      chat: `${person}`,
      urgent: true,
      limits: [{ key: `person:${person}`, max: burst, windowMs: burst * 1_100 }]
    })
  )

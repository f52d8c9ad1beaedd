// Slows down whoever guesses the token: after some wrong ones from an address it waits. Kept in memory, bounded; the right token resets it.
import { Clock, Context, Effect, Layer } from "effect"

/** Wrong tokens from one address in a span, after which it must wait for the span to end. */
const permitted = 30
const spanMs = 60_000
/** When more addresses than this guess at once, they all count as one. */
const addresses = 1_000
const everybody = "everybody"

interface Guess {
  readonly since: number
  readonly wrong: number
}

export class Guesses extends Context.Tag("oncecast/operator/Guesses")<
  Guesses,
  {
    /** Milliseconds that the address must wait; 0: it may try. */
    readonly waitMs: (address: string) => Effect.Effect<number>
    readonly note: (address: string, right: boolean) => Effect.Effect<void>
  }
>() {
  static readonly layer = Layer.sync(Guesses, () => {
    const guesses = new Map<string, Guess>()
    const keyOf = (address: string) =>
      guesses.has(address) || guesses.size < addresses ? address : everybody
    const forget = (now: number) => {
      for (const [key, { since }] of guesses) if (since + spanMs <= now) guesses.delete(key)
    }
    return Guesses.of({
      waitMs: (address) =>
        Effect.map(Clock.currentTimeMillis, (now) => {
          forget(now)
          const guess = guesses.get(keyOf(address))
          return guess === undefined || guess.wrong < permitted ? 0 : guess.since + spanMs - now
        }),
      note: (address, right) =>
        Effect.map(Clock.currentTimeMillis, (now) => {
          const key = keyOf(address)
          const { since, wrong } = guesses.get(key) ?? { since: now, wrong: 0 }
          if (right) guesses.delete(key)
          else guesses.set(key, { since, wrong: wrong + 1 })
        })
    })
  })
}

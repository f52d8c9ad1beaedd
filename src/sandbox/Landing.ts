// The part of a call's life that cannot be taken back: judged, through the flood budget, judged again (the chat may have changed meanwhile), done.
// What the client gets is decided elsewhere.
import { Clock, Duration, Effect, Either } from "effect"
import type { CallRecord } from "./CallLog.ts"
import { type Judged, methodNotFound, rewritten, tooManyRequests } from "./Errors.ts"
import type { Machine } from "./Machine.ts"
import { fetchDelay } from "./Media.ts"
import type { Call, Method } from "./methods/Method.ts"
import { spend } from "./RateModel.ts"

const idsIn = (result: unknown): ReadonlyArray<number> =>
  (Array.isArray(result) ? result : [result]).flatMap((one: unknown) =>
    typeof one === "object" && one !== null && "message_id" in one && typeof one.message_id === "number"
      ? [one.message_id]
      : []
  )

/** `changed` is run after each change of the state. */
export const makeLanding = (machine: Machine, changed: Effect.Effect<void>) => {
  const land = Effect.fnUntraced(function* (
    method: Method,
    call: Call,
    record: CallRecord
  ): Effect.fn.Return<Judged<unknown>> {
    const fetching = fetchDelay(machine.state, call.params)
    if (fetching > 0) yield* Effect.sleep(Duration.millis(fetching))
    const at = yield* Clock.currentTimeMillis
    const first = method(machine.state, call, at)
    if (Either.isLeft(first)) return first
    const { budget } = first.right
    const verdict = budget && spend(machine.rate, budget.chat, budget.cost, at)
    if (verdict?.kind === "reject") return Either.left(tooManyRequests(verdict.seconds))
    if (verdict?.kind === "wait") yield* Effect.sleep(Duration.millis(verdict.ms))
    const now = yield* Clock.currentTimeMillis
    const judged = verdict?.kind === "wait" ? method(machine.state, call, now) : first
    if (Either.isLeft(judged)) return judged
    const result = judged.right.commit(now)
    record.landedAt = now
    record.messageIds = idsIn(result)
    yield* changed
    return Either.right(result)
  })

  /** E18: an album's first items are posted, the rest fails with this inner text. */
  const landPartially = Effect.fnUntraced(function* (
    method: Method,
    call: Call,
    items: number,
    inner: string
  ): Effect.fn.Return<Judged<unknown>> {
    const now = yield* Clock.currentTimeMillis
    const judged = method(machine.state, call, now)
    if (Either.isLeft(judged)) return judged
    if (judged.right.commitFirst === undefined) return Either.left(methodNotFound)
    judged.right.commitFirst(items, now)
    yield* changed
    const text = `failed to send message #${items + 1} with the error message "${inner}"`
    return Either.left(rewritten(400, text))
  })

  return { land, landPartially }
}

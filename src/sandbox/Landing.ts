// The part of a call's life that cannot be taken back: what it names is fetched, it is judged, passes the flood budget, is judged again (the chat may
// have changed meanwhile), and done. What the client gets is decided elsewhere.
import { Clock, Duration, Effect, Either } from "effect"
import type { CallRecord } from "./CallLog.ts"
import { badRequest, type Judged, methodNotFound, type Refusal, tooManyRequests } from "./Errors.ts"
import type { Machine } from "./Machine.ts"
import { failedItem } from "./Media.ts"
import type { Budget, Call, Method, Prepared } from "./methods/Method.ts"
import { spend } from "./RateModel.ts"
import { fetchAll, fetchDelay } from "./WebFetches.ts"

/** What a call came to. */
export interface Landed {
  readonly result: unknown
  readonly description?: string
}

/** So many messages of one chat may wait to be sent; more are refused, slowly. @source telegram-bot-api Client.h MAX_CONCURRENTLY_SENT_CHAT_MESSAGES */
const maxUnsent = 310
const unsentPause = Duration.seconds(3)
const unsentRefusal: Refusal = tooManyRequests(60)
const restarted: Refusal = { code: 500, description: "Internal Server Error: restart" }

const idsIn = (result: unknown): ReadonlyArray<number> =>
  (Array.isArray(result) ? result : [result]).flatMap((one: unknown) =>
    typeof one === "object" && one !== null && "message_id" in one && typeof one.message_id === "number"
      ? [one.message_id]
      : []
  )

/** `changed` is run after each change of the state. */
export const makeLanding = (machine: Machine, changed: Effect.Effect<void>) => {
  /** A reset or a load meanwhile is to the call what a restart of the server is. */
  const judged = Effect.fnUntraced(function* (
    method: Method,
    call: Call
  ): Effect.fn.Return<{ readonly now: number; readonly prepared: Judged<Prepared> }> {
    const now = yield* Clock.currentTimeMillis
    if (machine.state.bots.get(call.bot.id) !== call.bot) return { now, prepared: Either.left(restarted) }
    fetchAll(machine.state, call.params, now)
    return { now, prepared: method(machine.state, call, now) }
  })

  const fetched = Effect.fnUntraced(function* (call: Call) {
    const delay = fetchDelay(machine.state, call.params, yield* Clock.currentTimeMillis)
    if (delay > 0) yield* Effect.sleep(Duration.millis(delay))
  })

  /** Silent waiting, as the server does it; a chat for which too many wait takes no more. */
  const waited = Effect.fnUntraced(function* ({ chat, messages }: Budget, ms: number) {
    const { unsent } = machine
    const before = unsent.get(chat) ?? 0
    if (messages > 0 && before + messages > maxUnsent) {
      return yield* Effect.delay(Effect.succeed(Either.left(unsentRefusal)), unsentPause)
    }
    unsent.set(chat, before + messages)
    yield* Effect.sleep(Duration.millis(ms)).pipe(
      Effect.ensuring(Effect.sync(() => unsent.set(chat, (unsent.get(chat) ?? messages) - messages)))
    )
    return Either.right(undefined)
  })

  /** The same judgement again after the flood budget has let it through. */
  const admitted = Effect.fnUntraced(function* (
    method: Method,
    call: Call
  ): Effect.fn.Return<Judged<Prepared>> {
    const { now, prepared } = yield* judged(method, call)
    if (Either.isLeft(prepared)) return prepared
    const { budget } = prepared.right
    const verdict = budget && spend(machine.rate, budget.chat, budget.cost, now)
    if (budget === undefined || verdict === undefined || verdict.kind === "pass") return prepared
    if (verdict.kind === "reject") return Either.left(tooManyRequests(verdict.seconds))
    const patience = yield* waited(budget, verdict.ms)
    return Either.isLeft(patience) ? Either.left(patience.left) : (yield* judged(method, call)).prepared
  })

  const land = Effect.fnUntraced(function* (
    method: Method,
    call: Call,
    record: CallRecord
  ): Effect.fn.Return<Judged<Landed>> {
    yield* fetched(call)
    const prepared = yield* admitted(method, call)
    if (Either.isLeft(prepared)) return Either.left(prepared.left)
    const { commit, description } = prepared.right
    const now = yield* Clock.currentTimeMillis
    const result = commit(now)
    record.landedAt = now
    record.messageIds = idsIn(result)
    machine.observe("done", record)
    yield* changed
    if (call.method.startsWith("editmessage") && machine.state.switches.editedThenNotFound) {
      return badRequest("message not found")
    }
    return Either.right({ result, ...(description === undefined ? {} : { description }) })
  })

  /** E18: an album's first items are posted, the rest fails with this inner text. */
  const landPartially = Effect.fnUntraced(function* (
    method: Method,
    call: Call,
    record: CallRecord,
    items: number,
    inner: string
  ): Effect.fn.Return<Judged<Landed>> {
    yield* fetched(call)
    const { now, prepared } = yield* judged(method, call)
    if (Either.isLeft(prepared)) return Either.left(prepared.left)
    if (prepared.right.commitFirst === undefined) return Either.left(methodNotFound)
    record.messageIds = prepared.right.commitFirst(items, now)
    record.landedAt = now
    machine.observe("done", record)
    yield* changed
    return Either.left(failedItem(items, inner))
  })

  return { land, landPartially }
}

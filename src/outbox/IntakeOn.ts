// Intake on any store: the one implementation of the contract, over rows that a store finds and keeps.
import { Effect, Option } from "effect"
import { admit } from "./Admitting.ts"
import type { Intake, PolledDocument } from "./Intake.ts"
import type { IntakeStore } from "./IntakeStore.ts"
import { continueReleases, decide } from "./Releasing.ts"
import { session } from "./Session.ts"
import type { Signals } from "./Signals.ts"
import { tell } from "./Telling.ts"

/** The service on `store`. Publishers are woken through `signals` after each commit. */
export const intakeOn = (store: IntakeStore, signals: Signals["Type"]): Intake["Type"] => ({
  admit: Effect.fn("Intake.admit")(function* (document: PolledDocument) {
    const { source } = document
    const memory = yield* store.read("read a source", (rows) => rows.memory(source.id))
    if (Option.isNone(memory.readingFrom)) return yield* admit(store, signals, document, memory)
    const whole = yield* session(store, signals, { ...document, batchItems: Number.POSITIVE_INFINITY })
    yield* whole.admit(document.items)
    return yield* whole.end(document)
  }),
  session: Effect.fn("Intake.session")((opening) => session(store, signals, opening)),
  leave: Effect.fn("Intake.leave")((source, keys, now) =>
    store.transaction("mark what is gone", (rows) => {
      const known = [...rows.known(keys).values()]
      const left = new Set(known.flatMap(({ id, absent }) => (absent ? [] : [id])))
      rows.watch([...left], [], now)
      rows.leave(source, [...left], now)
      return left.size
    })
  ),
  tell: Effect.fn("Intake.tell")((source, routes, now) => tell(store, signals, source, routes, now)),
  cursor: Effect.fn("Intake.cursor")((source) => store.read("read a cursor", (rows) => rows.cursor(source))),
  full: Effect.fn("Intake.full")((channels) =>
    store.read("count what waits", (rows) => {
      const queued = rows.queued(channels.map((channel) => channel.id))
      const full = channels.find(
        ({ id, overflow, capacity }) => overflow === "wait" && (queued.get(id) ?? 0) >= capacity
      )
      return Option.fromNullable(full?.id)
    })
  ),
  bursts: store.read("read the bursts", (rows) =>
    rows.bursts().flatMap(({ kind, ...burst }) => (kind === "flood" ? [burst] : []))
  ),
  decide: Effect.fn("Intake.decide")((burst, decision, routes, now) =>
    decide(store, signals, burst, decision, routes, now)
  ),
  continueReleases: Effect.fn("Intake.continueReleases")((source, routes, now) =>
    continueReleases(store, signals, source, routes, now)
  ),
  forget: Effect.fn("Intake.forget")((before) => store.forget(before)),
  forgetPrices: Effect.fn("Intake.forgetPrices")((before) => store.forgetPrices(before))
})

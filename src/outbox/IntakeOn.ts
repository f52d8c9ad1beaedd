// Intake on any store: the one implementation of the contract, over rows that a store finds and keeps.
import { Option } from "effect"
import { traced } from "../Spans.ts"
import { admit } from "./Admitting.ts"
import type { Intake, PolledDocument } from "./Intake.ts"
import type { IntakeStore } from "./IntakeStore.ts"
import { continueReleases, decide } from "./Releasing.ts"
import { session } from "./Session.ts"
import { setRight } from "./SettingRight.ts"
import type { Signals } from "./Signals.ts"
import { tell } from "./Telling.ts"

/** The service on `store`. Publishers are woken through `signals` after each commit. */
export const intakeOn = (store: IntakeStore, signals: Signals["Type"]): Intake["Type"] => ({
  admit: traced("Intake.admit")(function* (document: PolledDocument) {
    const { source } = document
    const memory = yield* store.read("read a source", (rows) => rows.memory(source.id))
    if (Option.isNone(memory.readingFrom)) return yield* admit(store, signals, document, memory)
    const whole = yield* session(store, signals, { ...document, batchItems: Number.POSITIVE_INFINITY })
    yield* whole.admit(document.items)
    return yield* whole.end(document)
  }),
  session: traced("Intake.session")((opening) => session(store, signals, opening)),
  leave: traced("Intake.leave")((_, keys, now, kept = []) =>
    store.transaction("mark what is gone", (rows) => {
      const known = [...rows.known(keys).values()]
      const there = new Set([...rows.known(kept).values()].map(({ id }) => id))
      const left = new Set(known.flatMap(({ id, absent }) => (absent || there.has(id) ? [] : [id])))
      rows.watch([...left], [], now)
      rows.leave([...left], now)
      return left.size
    })
  ),
  tell: traced("Intake.tell")((source, routes, now) => tell(store, signals, source, routes, now)),
  setRight: traced("Intake.setRight")((source, now) => setRight(store, source, now)),
  cursor: traced("Intake.cursor")((source) => store.read("read a cursor", (rows) => rows.cursor(source))),
  full: traced("Intake.full")((channels) =>
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
  decide: traced("Intake.decide")((burst, decision, routes, now) =>
    decide(store, signals, burst, decision, routes, now)
  ),
  continueReleases: traced("Intake.continueReleases")((source, routes, now) =>
    continueReleases(store, signals, source, routes, now)
  ),
  forget: traced("Intake.forget")((before) => store.forget(before)),
  forgetPrices: traced("Intake.forgetPrices")((before) => store.forgetPrices(before))
})

// What is logged of a source: one line when its state changes, none for a poll that went like the one before. Enters: the state before, what
// came of the poll. Leaves: the state after. The source's name is annotated by its fiber.
import { Effect, Option } from "effect"
import type { Source } from "../domain/Source.ts"
import type { Polled } from "./Poll.ts"
import { isLasting, noteOf } from "./PollOutcome.ts"
import type { Planned } from "./PollPlan.ts"

/** What was last said about a source. */
export interface Mood {
  /** "well", "held", or the kind of failure. */
  readonly state: string
  /** Where the source was last said to have moved for good. */
  readonly movedTo: string | undefined
}

/** A source of which nothing has been said since the start; one that failed at its last poll before it. */
export const firstMood = (failures: number): Mood => ({
  state: failures === 0 ? "well" : "failing",
  movedTo: undefined
})

const stateOf = (polled: Polled, { state }: Planned): string => {
  if (polled._tag === "Failed") {
    const kind = isLasting(polled, state.failures) ? "lasting" : `passing, circuit ${state.breaker._tag}`
    return `${polled.error._tag}: ${kind}`
  }
  return polled._tag === "Read" && Option.isSome(polled.admission.held) ? "held" : "well"
}

const say = (source: Source, before: string, polled: Polled, planned: Planned, now: number) => {
  const note = noteOf(source, polled, planned.nextAt - now)
  const { failures, breaker } = planned.state
  if (polled._tag !== "Failed") {
    if (polled._tag === "Read" && Option.isSome(polled.admission.held)) {
      return Effect.logWarning("a flood of apparently new items is held until a person decides", { note })
    }
    const text = before === "held" ? "nothing is held any more" : "the source works again"
    return Effect.logInfo(text, { note })
  }
  if (isLasting(polled, failures)) return Effect.logError("the source needs a person", { note, failures })
  return breaker._tag === "Open"
    ? Effect.logWarning("the source keeps failing and is only probed now", { note, failures })
    : Effect.logWarning("the source could not be polled", { note, failures })
}

/** Says what is new about a source. */
export const announce = Effect.fnUntraced(function* (
  source: Source,
  mood: Mood,
  polled: Polled,
  planned: Planned,
  now: number
) {
  const state = stateOf(polled, planned)
  if (state !== mood.state) yield* say(source, mood.state, polled, planned, now)
  if (polled._tag === "Read" && polled.admission.distrusted.length > 0) {
    const keys = polled.admission.distrusted.join(", ")
    yield* Effect.logWarning("these keys do not tell the source's items apart and are ignored from now on", {
      keys
    })
  }
  if (polled._tag === "Read" && polled.admission.gap) {
    yield* Effect.logWarning("items may have come and gone unseen: poll the source more often", {
      note: noteOf(source, polled, planned.nextAt - now)
    })
  }
  if (polled._tag === "Failed") return { ...mood, state }
  const movedTo = polled.fetched.permanentUrl
  if (movedTo !== undefined && movedTo !== mood.movedTo) {
    yield* Effect.logWarning("the source has moved for good: change its URL in the catalog", { movedTo })
  }
  return { state, movedTo }
})

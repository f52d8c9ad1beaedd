// All that is wrong at a moment, without what the operator does not want to hear of. Pure.
import type { Problem } from "../../outbox/Alerts.ts"
import { channelProblems } from "./ChannelProblems.ts"
import type { Look } from "./Look.ts"
import { serviceProblems } from "./ServiceProblems.ts"
import { sourceProblems } from "./SourceProblems.ts"

/** The service first: it may explain the rest. */
export const problemsOf = (look: Look): ReadonlyArray<Problem> => {
  const mute = look.catalog.alerts?.mute ?? []
  const own = [serviceProblems, channelProblems, sourceProblems].flatMap((of) => of(look))
  // What two processes see is one problem.
  const all = new Map<string, Problem>()
  for (const problem of [...own, ...look.reported]) if (!all.has(problem.key)) all.set(problem.key, problem)
  return [...all.values()].filter(({ about }) => !mute.includes(about))
}

// All that is wrong at a moment, without what the operator does not want to hear of. Pure.
import type { Problem } from "../../outbox/Alerts.ts"
import { channelProblems } from "./ChannelProblems.ts"
import type { Look } from "./Look.ts"
import { serviceProblems } from "./ServiceProblems.ts"
import { sourceProblems } from "./SourceProblems.ts"

/** The service first: it may explain the rest. */
export const problemsOf = (look: Look): ReadonlyArray<Problem> => {
  const mute = look.catalog.alerts?.mute ?? []
  return [serviceProblems, channelProblems, sourceProblems]
    .flatMap((of) => of(look))
    .filter(({ about }) => !mute.includes(about))
}

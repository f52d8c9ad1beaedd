// What is wrong with a source, or waits there for a person. Pure.
import type { Problem } from "../../outbox/Alerts.ts"
import type { SourceStatus } from "../Status.ts"
import type { Look } from "./Look.ts"

const minute = 60_000

/** Failures in a row from which on it is no accident. */
const several = 3

/** As the note of a poll says it (sources/FetchErrors.ts). */
const botCheck = /a bot check/

const ofSource = ({ id, activity, lastPoll }: SourceStatus): ReadonlyArray<Problem> => {
  const failures = lastPoll?.failures ?? 0
  if (activity.is === "paused" || activity.is === "quarantined" || failures === 0) return []
  if (activity.is !== "failing" && failures < several) return []
  const about = `source/${id}`
  const why = lastPoll?.note ?? activity.why
  return botCheck.test(why)
    ? [
        {
          ...{ key: `${about} blocked`, about, tone: "failing", holdMs: 15 * minute, why },
          what: `source ${id} wants to see a person, and lets no program in`,
          next: "Ask the site for access or another address; a check is never worked around."
        }
      ]
    : [
        {
          ...{ key: `${about} failing`, about, tone: "failing", holdMs: 15 * minute, why },
          what: `source ${id} keeps failing`,
          next: `See whether its address still works; it is tried again by itself, until \`oncecast pause source/${id}\`.`
        }
      ]
}

const ofBursts = ({ status }: Look): ReadonlyArray<Problem> =>
  [...new Set(status.bursts.flatMap(({ source, state }) => (state === "held" ? [source] : [])))].map((id) => {
    const burst = status.bursts.find(({ source, state }) => source === id && state === "held")
    return {
      ...{ key: `source/${id} held`, about: `source/${id}`, tone: "decide", holdMs: 0 },
      what: `a flood of source ${id} is held`,
      why: `${burst?.items ?? 0} of ${burst?.documentItems ?? 0} items look new all at once`,
      next: `Post all, the newest or none of them: \`oncecast release ${id}\`, with \`--newest 3\`, or \`--discard\`.`
    }
  })

export const sourceProblems = (look: Look): ReadonlyArray<Problem> => [
  ...look.status.sources.flatMap(ofSource),
  ...ofBursts(look)
]

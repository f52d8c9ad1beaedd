// The last day in numbers, and when it is due: once a day by the operator's wall clock, late rather than not at all. Pure.
import type { AlertTerms } from "../../domain/AlertTerms.ts"
import { momentsOf } from "../../domain/LocalHours.ts"
import type { Millis } from "../../domain/Names.ts"
import type { Summary } from "../../outbox/Alerts.ts"
import type { Tally } from "../../outbox/Ledger.ts"
import { verdictOf } from "../Verdict.ts"
import { count } from "../Wording.ts"
import type { Look } from "./Look.ts"

export const dayMs = 86_400_000

/** A day that is an hour longer, and more. */
const longDayMs = 26 * 3_600_000

/** Whether a moment of the summary has come since the last one, or the clock was set back by more than a day since. */
export const isDue = ({ daily, zone }: AlertTerms, summedUpAt: Millis, now: Millis): boolean =>
  daily !== undefined &&
  (summedUpAt > now + longDayMs ||
    momentsOf([daily], zone, now - longDayMs, now + 1).some((at) => at > summedUpAt))

/** More of a kind are counted, so that the whole fits into one message. */
const mostNamed = 10
const longestLine = 80

const shortened = (lines: ReadonlyArray<string>): ReadonlyArray<string> => [
  ...lines
    .slice(0, mostNamed)
    .map((line) => (line.length <= longestLine ? line : `${line.slice(0, longestLine - 1)}…`)),
  ...(lines.length <= mostNamed ? [] : [`${lines.length - mostNamed} more`])
]

const failuresIn = ({ status }: Look, { deliveries }: Tally): ReadonlyArray<string> => [
  ...shortened(
    deliveries.flatMap(({ channel, state, deliveries }) =>
      state === "sent" ? [] : [`${deliveries} ${state} in ${channel}`]
    )
  ),
  ...shortened(
    status.sources.flatMap(({ id, lastPoll }) =>
      lastPoll === null || lastPoll.failures < 2 ? [] : [`source ${id}: ${lastPoll.note.replace(/\.$/, "")}`]
    )
  )
]

const decisionsIn = ({ status, restored }: Look): ReadonlyArray<string> =>
  shortened([
    ...(status.parked.length === 0
      ? []
      : [`${count(status.parked.length, "post")} of which nobody knows whether they arrived`]),
    ...status.bursts.flatMap(({ source, state, items }) =>
      state === "held" ? [`a flood of ${items} items of ${source}`] : []
    ),
    ...restored.map(({ channel }) => `channel ${channel} since the restore`)
  ])

/** `tally`: of the last day. */
export const summaryOf = (look: Look, tally: Tally): Summary => ({
  posts: [...look.catalog.channels.keys()].map((channel) => ({
    channel,
    posts: tally.deliveries.find((one) => one.channel === channel && one.state === "sent")?.deliveries ?? 0
  })),
  fresh: tally.fresh.toSorted((a, b) => b.items - a.items),
  failures: failuresIn(look, tally),
  decisions: decisionsIn(look),
  verdict: verdictOf(look.status).sentence
})

// What the doctor reads from the status: what waits for a person, what fails, who publishes. Pure.

import type { Status } from "../operator/Status.ts"
import { publishersIn } from "../operator/Verdict.ts"
import { due, relative, span } from "../operator/Wording.ts"
import type { RestoredChannel } from "../outbox/Restoration.ts"
import type { Finding } from "./Finding.ts"

/** Polls that failed in a row before a source counts as sick. */
const manyFailures = 3

const decisions = ({ parked, bursts }: Status): ReadonlyArray<Finding> => {
  const held = bursts.filter(({ state }) => state === "held")
  return [
    ...(parked.length === 0
      ? []
      : [
          {
            what: "parked posts",
            good: false,
            says: `of ${parked.length} nobody knows whether they arrived: ${parked.map(({ id }) => id).join(", ")}`,
            next: "look into their channels, then `oncecast settle ID --sent MESSAGE_ID` or `--absent`"
          }
        ]),
    ...held.map(({ source, items }) => ({
      what: `source ${source}`,
      good: false,
      says: `${items} new items came at once and are held`,
      next: `\`oncecast release ${source}\`, with --newest K or --discard`
    }))
  ]
}

const restored = (channels: ReadonlyArray<RestoredChannel>, now: number): ReadonlyArray<Finding> =>
  channels.map(({ channel, at }) => ({
    what: `channel ${channel}`,
    good: false,
    says: `a backup was restored ${relative(at, now)}, and what was posted since is not known; it sends nothing`,
    next: `let the service look; if it cannot, give the channel a logChat, or look yourself and say \`oncecast restored ${channel} --send\` or \`--skip\``
  }))

const children = ({ children }: Status): ReadonlyArray<Finding> =>
  children.flatMap(({ child, state }) =>
    state._tag === "Quarantined"
      ? [
          {
            what: child,
            good: false,
            says: `set aside after too many failures: ${state.cause}`,
            next: "the log has the whole cause; it is tried again by itself, and a restart of the service tries it at once"
          }
        ]
      : []
  )

const channels = ({ at, channels }: Status): ReadonlyArray<Finding> =>
  channels.flatMap(({ id, ledger }) =>
    ledger !== null && ledger.holdUntil !== null && ledger.holdUntil > at
      ? [
          {
            what: `channel ${id}`,
            good: false,
            says: `waits (${due(ledger.holdUntil, at)}): ${ledger.holdWhy ?? "held back"}`,
            next: "a flood wait ends by itself; rights are mended in Telegram"
          }
        ]
      : []
  )

const sources = ({ sources }: Status): ReadonlyArray<Finding> =>
  sources.flatMap(({ id, lastPoll }) =>
    lastPoll !== null && lastPoll.failures >= manyFailures
      ? [
          {
            what: `source ${id}`,
            good: false,
            says: `failed ${lastPoll.failures} times in a row: ${lastPoll.note}`,
            next: `\`oncecast preview ${id}\` shows what comes; mend its URL, or remove it`
          }
        ]
      : []
  )

/** Who has the channels, when no service answers here. */
const owners = (status: Status): ReadonlyArray<Finding> => {
  const held = publishersIn(status)
  if (status.startedAt !== null) {
    return [{ what: "service", good: true, says: `has run for ${span(status.at - status.startedAt)}` }]
  }
  return held.length === 0
    ? [{ what: "service", good: false, optional: true, says: "does not run", next: "`oncecast run`" }]
    : [
        {
          what: "service",
          good: false,
          says: `${held.join(", ")} publishes, but does not answer here`,
          next: "if it is another process or machine, ask there (HTTP_HOST, HTTP_PORT); if it hangs, end it: its leases end within 15 s"
        }
      ]
}

export const stateFindings = (
  status: Status,
  unsettled: ReadonlyArray<RestoredChannel>
): ReadonlyArray<Finding> => [
  ...owners(status),
  ...(status.storage === null
    ? []
    : [
        {
          what: "storage",
          good: false,
          says: status.storage,
          next: "see the findings about the database above"
        }
      ]),
  ...(status.limits?.kept === "local-share"
    ? [{ what: "limits", good: false, says: status.limits.why ?? "Redis is away", next: "see Redis above" }]
    : []),
  ...restored(unsettled, status.at),
  ...decisions(status),
  ...children(status),
  ...channels(status),
  ...sources(status)
]

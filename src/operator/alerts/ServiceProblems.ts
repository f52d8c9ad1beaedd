// What is wrong with the service as a whole: its store, its limits, its children, what it was given to read. Pure.
import type { Problem } from "../../outbox/Alerts.ts"
import { span } from "../Wording.ts"
import type { Look } from "./Look.ts"

const minute = 60_000
const megabyte = 1_000_000

/** With less than this on the disk there is soon none. */
const scarceBytes = 500 * megabyte

const ofStore = ({ status, facts }: Look): ReadonlyArray<Problem> => [
  ...(status.storage === null
    ? []
    : [
        {
          ...{ key: "database", about: "database", tone: "failing" as const, holdMs: minute / 2 },
          what: "the database takes no writes, so nothing is sent",
          why: status.storage,
          next: "Free space on its disk, or mend the permissions of its folder; it goes on by itself."
        }
      ]),
  ...(facts.freeBytes === null || facts.freeBytes >= scarceBytes
    ? []
    : [
        {
          ...{ key: "disk", about: "disk", tone: "notice" as const, holdMs: 5 * minute },
          what: "little room is left on the database's disk",
          why: `${Math.round(facts.freeBytes / megabyte)} MB are free`,
          next: "Free space: when there is none left, nothing is sent."
        }
      ])
]

const ofLimits = ({ status: { limits } }: Look): ReadonlyArray<Problem> =>
  limits?.kept !== "local-share"
    ? []
    : [
        {
          ...{ key: "limits", about: "limits", tone: "notice", holdMs: 5 * minute },
          what: "Redis is away: the rate limits are kept here at a safe share, so posts go out more slowly",
          why: limits.why ?? "",
          next: "Start Redis, or mend REDIS_URL; it is used again by itself."
        }
      ]

/** Channels and sources are told of as such. */
const aboutChild = (child: string): string => (/^(channel|source)\//.test(child) ? child : "children")

const ofChildren = ({ status }: Look): ReadonlyArray<Problem> =>
  status.children.flatMap(({ child, state }): ReadonlyArray<Problem> => {
    if (state._tag === "Quarantined") {
      return [
        {
          ...{ key: `${child} quarantined`, about: aboutChild(child), tone: "failing", holdMs: 0 },
          what: `${child} failed too often and is set aside`,
          why: state.cause,
          next: "Read the log, mend what it names or report it; it is tried again every 30 minutes."
        }
      ]
    }
    if (state._tag !== "OpenCircuit" || aboutChild(child) !== "children") return []
    return [
      {
        ...{ key: `${child} failing`, about: "children", tone: "notice", holdMs: 10 * minute },
        what: `${child} keeps failing`,
        why: state.why,
        next: "It is tried again by itself; the reason says what to mend."
      }
    ]
  })

const ofBackups = ({ status, facts: { backups } }: Look): ReadonlyArray<Problem> => {
  if (backups === undefined) return []
  const { newestAt, everyMs } = backups
  if (newestAt !== null && newestAt + everyMs > status.at) return []
  return [
    {
      ...{ key: "backups", about: "backups", tone: "failing", holdMs: 30 * minute },
      what: "no backup could be made",
      why: newestAt === null ? "there is none" : `the newest is ${span(status.at - newestAt)} old`,
      next: "See that BACKUP_FOLDER can be written to and has room; `oncecast doctor` says more."
    }
  ]
}

const ofCatalog = ({ facts: { catalogRefused } }: Look): ReadonlyArray<Problem> =>
  catalogRefused === null
    ? []
    : [
        {
          ...{ key: "catalog", about: "catalog", tone: "failing", holdMs: minute },
          what: "the changed catalog is refused; the old one stays in force",
          why: catalogRefused,
          next: "Mend the lines that are named; `oncecast check` reads it again."
        }
      ]

const ofWebhook = ({ webhookFailed }: Look): ReadonlyArray<Problem> =>
  webhookFailed === null
    ? []
    : [
        {
          ...{ key: "webhook", about: "webhook", tone: "notice", holdMs: 10 * minute },
          what: "alerts do not reach the webhook",
          why: webhookFailed,
          next: "See that ALERT_WEBHOOK is right and its server runs; what waits is told then."
        }
      ]

export const serviceProblems = (look: Look): ReadonlyArray<Problem> =>
  [ofStore, ofLimits, ofChildren, ofBackups, ofCatalog, ofWebhook].flatMap((of) => of(look))

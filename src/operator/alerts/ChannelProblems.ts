// What is wrong in a channel, or waits there for a person. Pure.
import { alertDefaults } from "../../domain/AlertTerms.ts"
import type { Channel } from "../../domain/Channel.ts"
import { openSpans } from "../../domain/Opening.ts"
import type { Problem } from "../../outbox/Alerts.ts"
import type { ChannelLedger } from "../../outbox/Ledger.ts"
import { count, span } from "../Wording.ts"
import type { Look } from "./Look.ts"
import { silentMs } from "./Silence.ts"

const minute = 60_000
const dayMs = 1_440 * minute

interface Place {
  readonly channel: Channel
  readonly ledger: ChannelLedger
  readonly now: number
  readonly silenceMs: number
  readonly backlogMs: number
}

type Said = Omit<Problem, "key" | "about">

const parked = ({ channel, ledger: { counts } }: Place): Said | undefined =>
  (counts.parked ?? 0) === 0
    ? undefined
    : {
        ...{ tone: "decide", holdMs: 15 * minute, why: "" },
        what: `${count(counts.parked ?? 0, "post")} of which nobody knows whether they arrived in channel ${channel.id}`,
        next: "Look into the channel, then press a button of the question, or `oncecast settle`."
      }

const frozen = ({ channel, ledger }: Place): Said | undefined =>
  ledger.frozenBy === null
    ? undefined
    : {
        ...{ tone: "notice", holdMs: 10 * minute },
        what: `channel ${channel.id} is frozen`,
        why: `it is not known whether delivery ${ledger.frozenBy} arrived; that is found out`,
        next: `Nothing, or \`oncecast settle ${ledger.frozenBy}\` if you know.`
      }

const troubled = ({ channel, ledger }: Place): Said | undefined =>
  ledger.troubled
    ? {
        ...{ tone: "failing", holdMs: 5 * minute },
        what: `nothing can be posted into channel ${channel.id}`,
        why: ledger.holdWhy ?? "",
        next: "Where Telegram refuses, mend the bot's rights in the chat (`oncecast check` names them); it is tried again by itself."
      }
    : undefined

const silent = ({ channel, ledger, now, silenceMs }: Place): Said | undefined => {
  const forMs = silentMs(channel, ledger, now)
  return forMs < silenceMs
    ? undefined
    : {
        ...{ tone: "failing", holdMs: 15 * minute },
        what: `channel ${channel.id} has posted nothing for ${span(forMs)} though there was news`,
        why: ledger.lastSentAt === null ? "it never posted anything" : "",
        next: `See what waits there and why: \`oncecast deliveries\`, or the channel's page.`
      }
}

/** Without the rests of a day or more that the channel's windows give it: nobody expects a post at its weekend. */
const waitedMs = (channel: Channel, since: number, now: number): number => {
  const open = openSpans(channel, since, now)
  const rests = [...open.map(({ from }) => from), now].map((from, at) => from - (open[at - 1]?.to ?? since))
  return now - since - rests.filter((ms) => ms >= dayMs).reduce((sum, ms) => sum + ms, 0)
}

const backlog = ({ channel, ledger, now, backlogMs }: Place): Said | undefined => {
  const { oldestQueuedAt, counts } = ledger
  if (oldestQueuedAt === null || now - oldestQueuedAt < backlogMs) return undefined
  if (waitedMs(channel, oldestQueuedAt, now) < backlogMs) return undefined
  return {
    ...{ tone: "notice", holdMs: 30 * minute },
    what: `the queue of channel ${channel.id} is old`,
    why: `the oldest of ${count(counts.queued ?? 0, "post")} has waited ${span(now - oldestQueuedAt)}`,
    next: "Raise its pace, filter more, or let old posts expire (`expire`)."
  }
}

const paused = { parked }
const all = { parked, frozen, troubled, silent, backlog }

const ofChannel = (place: Place): ReadonlyArray<Problem> =>
  Object.entries(place.ledger.paused ? paused : all).flatMap(([name, of]) => {
    const said = of(place)
    const about = `channel/${place.channel.id}`
    return said === undefined ? [] : [{ key: `${about} ${name}`, about, ...said }]
  })

/** Where nothing waits nobody misses a post, and it is looked at when something does. */
const ofRestored = ({ restored, status }: Look): ReadonlyArray<Problem> => {
  const waiting = restored.filter(({ channel }) =>
    status.channels.some(({ id, ledger }) => id === channel && (ledger?.counts.queued ?? 0) > 0)
  )
  return waiting.map(({ channel }) => ({
    ...{
      key: `channel/${channel} restored`,
      about: `channel/${channel}`,
      tone: "decide",
      holdMs: 10 * minute
    },
    what: `channel ${channel} sends nothing since the restore`,
    why: "it is not known what was posted after the backup",
    next: `Look into the channel, then \`oncecast restored ${channel} --skip\` when what waits was posted, else \`--send\`.`
  }))
}

export const channelProblems = (look: Look): ReadonlyArray<Problem> => [
  ...look.status.channels.flatMap(({ id, ledger }) => {
    const channel = look.catalog.channels.get(id)
    if (channel === undefined || ledger === null) return []
    const { silenceMs, backlogMs } = look.catalog.alerts ?? alertDefaults
    return ofChannel({ channel, ledger, now: look.status.at, silenceMs, backlogMs })
  }),
  ...ofRestored(look)
]

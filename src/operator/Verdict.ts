// Whether all is well, in one sentence, and what is not, one line each: the first thing that every surface says. Pure; the snapshot enters.
import type { ChannelStatus, SourceStatus, Status } from "./Status.ts"
import { count, span } from "./Wording.ts"

/** `well`: nothing to do; `notice`: it heals itself, or somebody wanted it so; `decide`: waits for a person; `failing`: a person should look. */
export type Tone = "well" | "notice" | "decide" | "failing"

export interface Incident {
  readonly tone: Tone
  /** "channel/deals", "source/shop", or what of the service it is about. */
  readonly about: string
  readonly is: string
  readonly why: string
  /** When it is tried again. */
  readonly until: number | null
}

export interface Verdict {
  readonly tone: Tone
  readonly sentence: string
  /** The worst first. */
  readonly incidents: ReadonlyArray<Incident>
}

const order: ReadonlyArray<Tone> = ["failing", "decide", "notice", "well"]

/** What a word of an activity means for whoever looks. */
export const toneOf = (is: string): Tone => {
  switch (is) {
    case "running":
    case "waiting":
      return "well"
    case "paused":
    case "restarting":
    case "frozen":
    case "stopping":
    case "full":
      return "notice"
    default:
      return "failing"
  }
}

const ofChild = (kind: string, { id, activity }: ChannelStatus | SourceStatus): ReadonlyArray<Incident> => {
  const tone = toneOf(activity.is)
  return tone === "well" ? [] : [{ tone, about: `${kind}/${id}`, ...activity }]
}

/** Failures in a row from which on a source is spoken of; one may be an accident. */
const spokenOf = 2

const ofSource = (source: SourceStatus): ReadonlyArray<Incident> => {
  const { id, activity, lastPoll } = source
  if (toneOf(activity.is) !== "well" || lastPoll === null || lastPoll.failures < spokenOf) {
    return ofChild("source", source)
  }
  // Says itself when it is tried again.
  const why = lastPoll.note
  return [{ tone: "notice", about: `source/${id}`, is: "in trouble", why, until: null }]
}

/** A bot or a janitor: none of a channel's or a source's. */
const ofWorker = ({ child, state }: Status["children"][number]): ReadonlyArray<Incident> => {
  if ("cause" in state) {
    const { _tag, cause } = state
    return [{ tone: "failing", about: child, is: _tag.toLowerCase(), why: cause, until: null }]
  }
  return state._tag === "OpenCircuit"
    ? [{ tone: "notice", about: child, is: "failing", why: state.why, until: state.until }]
    : []
}

const ofService = (status: Status): ReadonlyArray<Incident> => [
  ...(status.storage === null
    ? []
    : [
        {
          tone: "failing" as const,
          about: "the database",
          is: "not writable",
          why: status.storage,
          until: null
        }
      ]),
  ...(status.catalog === null
    ? []
    : [
        {
          tone: "failing" as const,
          about: "the catalog",
          is: "refused",
          why: `its file has mistakes, the one before stays in force: ${status.catalog}`,
          until: null
        }
      ]),
  ...(status.limits?.kept === "local-share"
    ? [
        {
          tone: "notice" as const,
          about: "Redis",
          is: "away",
          why: `the rate limits are kept here at a safe share: ${status.limits.why ?? ""}`,
          until: null
        }
      ]
    : []),
  ...status.children.filter(({ child }) => /^(bot|janitor)\//.test(child)).flatMap(ofWorker)
]

const incidentsOf = (status: Status): ReadonlyArray<Incident> =>
  [
    ...ofService(status),
    ...status.channels.flatMap((channel) => ofChild("channel", channel)),
    ...status.sources.flatMap(ofSource)
  ].toSorted((a, b) => order.indexOf(a.tone) - order.indexOf(b.tone))

/** One is named; several are counted. */
const troubles = (incidents: ReadonlyArray<Incident>, tone: Tone, several: string): ReadonlyArray<string> => {
  const [first, ...others] = incidents.filter((incident) => incident.tone === tone)
  if (first === undefined) return []
  return others.length === 0
    ? [`${first.about.replace("/", " ")} is ${first.is}`]
    : [`${others.length + 1} ${several}`]
}

const waiting = (status: Status): string => {
  const queued = status.channels.reduce((sum, { ledger }) => sum + (ledger?.counts.queued ?? 0), 0)
  if (queued === 0) return "no post waits"
  const empty = status.channels.flatMap(({ emptyAt }) => emptyAt ?? [])
  const takes = empty.length === 0 ? "" : `, which takes about ${span(Math.max(...empty) - status.at)}`
  return `${count(queued, "post waits for its turn", "posts wait for their turn")}${takes}`
}

/** Restored channels that cannot see what was posted since; one that is being read, or has nothing to send yet, goes on by itself. */
export const blindIn = ({ restored, channels }: Pick<Status, "restored" | "channels">) =>
  restored.filter(({ channel }) =>
    channels.some(({ id, activity }) => id === channel && activity.is === "failing")
  )

/** What waits for a person: not floods that are decided. */
export const decisionsIn = (status: Asking) => ({
  posts: status.parked.length,
  floods: status.bursts.filter(({ state }) => state === "held").length,
  channels: blindIn(status).length
})
type Asking = Pick<Status, "parked" | "bursts" | "restored" | "channels">

export const decisionsOf = (status: Asking): number => {
  const { posts, floods, channels } = decisionsIn(status)
  return posts + floods + channels
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

/** Who publishes now, by the leases: in another container or on another machine, where no service answers here. */
export const publishersIn = ({ channels }: Pick<Status, "channels">): ReadonlyArray<string> => [
  ...new Set(channels.flatMap(({ ledger }) => ledger?.owner ?? []))
]

/** Of a service that does not answer here. */
const unanswered = (status: Status, incidents: ReadonlyArray<Incident>): Verdict => {
  const publishers = publishersIn(status)
  return publishers.length === 0
    ? { tone: "failing", sentence: `The service is not running; ${waiting(status)}.`, incidents }
    : {
        tone: "notice",
        sentence: `${publishers.join(", ")} publishes, but does not answer here; ${waiting(status)}.`,
        incidents
      }
}

export const verdictOf = (status: Status): Verdict => {
  const incidents = incidentsOf(status)
  const decisions = decisionsOf(status)
  const parts = [
    ...troubles(incidents, "failing", "things need a look"),
    ...(decisions === 0 ? [] : [count(decisions, "decision waits for you", "decisions wait for you")]),
    ...troubles(incidents, "notice", "things are paused or held up")
  ]
  if (status.startedAt === null) return unanswered(status, incidents)
  if (parts.length === 0) return { tone: "well", sentence: `All is well; ${waiting(status)}.`, incidents }
  const tones = [...incidents.map(({ tone }) => tone), ...(decisions === 0 ? [] : ["decide" as const])]
  return {
    tone: order.find((tone) => tones.includes(tone)) ?? "notice",
    sentence: `${capital(parts.join(", "))}; ${waiting(status)}.`,
    incidents
  }
}

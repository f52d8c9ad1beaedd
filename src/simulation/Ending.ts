// The end of a run: trouble has ended, nothing new appears, and everything must come into order by itself within a stated time. Then what the
// channels show, what the sources have and what the database says must be one and the same.
import { drops, type Installation } from "./Installation.ts"
import { lostItems, type Promises, type Readers } from "./Promises.ts"
import type { Records } from "./Records.ts"
import { nameIn, postOf, type Truth } from "./Truth.ts"

export interface Ended {
  readonly installation: Installation
  readonly invariants: Pick<Promises, "breaks"> & Readers
  readonly records: Records
  /** None where the sources are somebody's own: nobody knows what they truly have. */
  readonly truths: ReadonlyMap<string, Truth>
  /** When trouble ended. */
  readonly since: number
  readonly datesJumped: boolean
  /** Posts that landed later than the program allows for may stand beside another. */
  readonly doublesAdmitted: boolean
  readonly now: () => number
}

/** Within this time everything is in order again: longer than any back-off of the program or wait that Telegram asked for. */
export const recoveryMs = 24 * 3_600_000

/** A date that jumped may have been recorded; it was off by at most this. */
export const dateOffMs = 3_700_000

const open = ["queued", "sending", "unknown", "parked"]

/** What is not in order yet, in one sentence; undefined when all is. */
export const disorder = (ended: Ended): string | undefined => {
  const waiting = queueDisorder(ended)
  if (waiting !== undefined) return waiting
  const { installation, records, since, datesJumped } = ended
  // A poll may have been recorded under a date that was ahead.
  const healthy = records.healthySources(datesJumped ? since + dateOffMs : since)
  const ill = [...installation.catalog.sources.keys()].filter((id) => !healthy.has(id))
  const word = ill.length === 1 ? "source has" : "sources have"
  return ill.length > 0 ? `${ill.length} ${word} not been polled well: ${ill.join(", ")}` : undefined
}

/** What of the deliveries and posts is not in order yet. */
export const queueDisorder = ({ records }: Pick<Ended, "records">): string | undefined => {
  const waiting = records.deliveries(...open)
  const [first] = waiting
  if (first !== undefined) {
    return `${waiting.length} deliveries wait, the first, ${first.id}, is ${first.state}: ${first.reason ?? ""}`
  }
  const work = records.openWork()
  return work > 0 ? `${work} posts wait to be changed or taken away` : undefined
}

/** Compares the three. What does not agree is told to `invariants`. */
export const compare = (ended: Ended): void => {
  const unexplained = ended.records.deliveries("refused", "expired").filter((one) => !isDeclared(ended, one))
  for (const one of unexplained) {
    ended.invariants.breaks(lostItems, `delivery ${one.id} (${one.title}) ${one.state}: ${one.reason}`)
  }
  postsHaveDeliveries(ended)
  ended.truths.size > 0 ? deliveriesHavePosts(ended) : numbersAgree(ended)
  itemsHaveDeliveries(ended)
  eventsAreTold(ended)
  for (const both of ended.doublesAdmitted ? [] : ended.invariants.doubledNow()) {
    ended.invariants.breaks("doubles are taken away", `two posts of ${both} stand`)
  }
}

/** What happened to offers is judged, as far as polls have come; and of one offer nothing is told too soon after another. */
const eventsAreTold = ({ invariants, records, since, datesJumped }: Ended): void => {
  const unjudged = records.unjudged(since - dateOffMs)
  if (unjudged > 0) invariants.breaks(lostItems, `${unjudged} offers were never judged`)
  const hasty = datesJumped ? 0 : records.hasty(drops.coolDownMs)
  if (hasty > 0) invariants.breaks("events keep their distance", `${hasty} came too soon after another`)
}

/** The channel's own choice. */
const isDeclared = (
  { installation }: Ended,
  { channel, state, event }: { channel: string; state: string; event: string }
): boolean => {
  // An event that was over before its turn came.
  if (state === "expired" && event !== "new") return true
  const chosen = installation.places.find((place) => place.channel.id === channel)?.channel
  return state === "expired" ? chosen?.overflow !== "wait" : chosen?.onUnknown === "drop"
}

const keyOf = (channel: string, title: string) => `${channel} ${nameIn(title) ?? title}`

const postsHaveDeliveries = ({ installation, invariants, records, truths, now }: Ended): void => {
  const sent = new Set(
    records.deliveries("sent", "edited", "withdrawn").map(({ channel, title }) => keyOf(channel, title))
  )
  for (const { username } of installation.places) {
    for (const truth of truths.values()) {
      for (const { name } of truth.listed(now())) {
        if (invariants.standing(username, name).length === 0 || sent.has(keyOf(username, name))) continue
        invariants.breaks("what stands is known", `${name} stands in ${username}, and counts as not sent`)
      }
    }
  }
}

const deliveriesHavePosts = ({ invariants, records }: Ended): void => {
  for (const { id, channel, title, state, event } of records.deliveries("sent", "edited", "withdrawn")) {
    if (invariants.everPosted(channel, postOf(nameIn(title) ?? "", { id, event }))) continue
    invariants.breaks(lostItems, `delivery ${id} (${title}) counts as ${state}, and never was in ${channel}`)
  }
}

const numbersAgree = ({ installation, invariants, records }: Ended): void => {
  const sent = records.deliveries("sent", "edited", "withdrawn")
  for (const { channel, username } of installation.places) {
    const count = sent.filter((one) => one.channel === channel.id).length
    const posted = invariants.itemsPosted(username)
    if (posted >= count) continue
    invariants.breaks(lostItems, `${count} count as sent to ${channel.chat}, ${posted} ever stood there`)
  }
}

/** What appeared after the source's first document must have been admitted, and bound for each of its channels. */
const itemsHaveDeliveries = ({ installation, invariants, records, truths, now }: Ended): void => {
  const bound = new Set(records.deliveries().map(({ channel, title }) => keyOf(channel, title)))
  const baselines = new Map(records.sources().map(({ id, baselineAt }) => [id, baselineAt]))
  for (const { id, to } of installation.sources) {
    const admitted = new Set(records.titles(id).map((title) => nameIn(title)))
    const baseline = baselines.get(id) ?? undefined
    for (const { name, at } of truths.get(id)?.listed(now()) ?? []) {
      if (!admitted.has(name)) {
        invariants.breaks(lostItems, `${name} is listed, and was never admitted`)
      }
      if (baseline === undefined || at < baseline + dateOffMs) continue
      for (const channel of to) {
        if (bound.has(keyOf(channel, name))) continue
        invariants.breaks(lostItems, `${name} was admitted, and is not bound for ${channel}`)
      }
    }
  }
}

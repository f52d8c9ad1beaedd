// How a world looks at what goes on in it: at the calls and chats as Telegram has them, at what waits in the database, at how much its programs
// have under way. Leaves: the first promise that did not hold, in the invariants.
import { type Installation, publisherToken, witnessToken } from "./Installation.ts"
import { Invariants } from "./Invariants.ts"
import { findByMarker } from "./Operator.ts"
import type { Program } from "./Program.ts"
import type { Readers } from "./Promises.ts"
import type { DeliveryRecord, Records } from "./Records.ts"
import type { SimulatedTelegram } from "./SimulatedTelegram.ts"
import { nameIn, namesIn, postOf } from "./Truth.ts"

/** A program that works as it should has far fewer. */
const mostTimers = 500
const mostFibers = 500

export interface Watch {
  readonly telegram: SimulatedTelegram
  readonly installation: Installation
  readonly records: Records
  readonly now: () => number
  readonly doublesAdmitted: boolean
  /** Sources and catalog are somebody's own: posts bear no true names. */
  readonly isOwn: boolean
}

export const watching = ({ telegram, records, isOwn, ...watch }: Watch): Invariants =>
  new Invariants({
    ...watch,
    chat: telegram.chat,
    secrets: [publisherToken, witnessToken],
    toldWith: (marker, name) => records.toldWith(marker).find(({ title }) => nameIn(title) === name),
    namesOf: isOwn ? (text) => [text] : namesIn
  })

/** Where a person who looks into the channel finds the post of a delivery. */
export const findIn = (
  { telegram, installation, records, isOwn }: Watch,
  readers: Readers,
  delivery: DeliveryRecord
): number | undefined => {
  const { channel, title } = delivery
  return isOwn
    ? findByMarker(telegram, installation, records, delivery)
    : readers.standing(channel, postOf(nameIn(title) ?? "", delivery))[0]?.id
}

/** Whether all that is to stay small is small. */
export const inspect = (
  { installation, records }: Watch,
  invariants: Invariants,
  programs: ReadonlyArray<Program>
): void => {
  for (const place of installation.places) invariants.waits(place, records.queued(place.channel.id))
  for (const { name, life } of programs) {
    if (life === undefined || (life.timers < mostTimers && life.fibers < mostFibers)) continue
    invariants.breaks("nothing grows", `${name} has ${life.timers} timers and ${life.fibers} fibers`)
  }
}

// The person who decides about parked posts: looks into the channel, no sooner than a post can no longer land there, and says what is seen.
import { Effect } from "effect"
import { DeliveryId } from "../domain/Names.ts"
import { Outbox } from "../outbox/Outbox.ts"
import { current } from "../sandbox/Messages.ts"
import { dateOffMs } from "./Ending.ts"
import type { Installation } from "./Installation.ts"
import type { DeliveryRecord, Records } from "./Records.ts"
import type { SimulatedTelegram } from "./SimulatedTelegram.ts"
import type { Trace } from "./Trace.ts"

export interface OperatorWorld {
  readonly records: Records
  /** Where the post of a delivery stands, if it does. */
  readonly find: (delivery: DeliveryRecord) => number | undefined
  readonly trace: Trace
  readonly now: () => number
}

/** A program in which something can be done. */
export interface Asked {
  readonly ask: (effect: Effect.Effect<unknown, unknown, Outbox>) => void
}

const waitsMs = 600_000

/** Answers all that has been parked for a while, through `program`. Returns how many that were. */
export const answerParked = (
  { records, find, trace, now }: OperatorWorld,
  program: Asked | undefined
): number => {
  if (program === undefined) return 0
  const parked = records
    .deliveries("parked")
    // The program that dated it may have been ahead.
    .filter(({ stateAt }) => stateAt + waitsMs + dateOffMs <= now())
  for (const delivery of parked) {
    const { id } = delivery
    const messageId = find(delivery)
    const found =
      messageId === undefined
        ? ({ _tag: "Absent" } as const)
        : ({ _tag: "Sent", messageIds: [messageId] } as const)
    trace.say("operator", "decides", { delivery: id, found: found._tag })
    program.ask(Effect.flatMap(Outbox, (outbox) => outbox.resolve(DeliveryId.make(id), found, now())))
  }
  return parked.length
}

/** By the markers of its attempts: where nobody knows what its post says. */
export const findByMarker = (
  telegram: SimulatedTelegram,
  { places }: Installation,
  records: Records,
  { id, channel }: DeliveryRecord
): number | undefined => {
  const place = places.find((one) => one.channel.id === channel)
  const messages = telegram.chat(place?.username ?? "")?.messages.values() ?? []
  const markers = records.markers(id)
  return [...messages].find((message) => {
    const shown = JSON.stringify(current(message).content)
    return message.deleted === undefined && markers.some((marker) => shown.includes(marker))
  })?.id
}

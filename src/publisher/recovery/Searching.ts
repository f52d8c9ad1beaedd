// What a look must know about the place, as the store has it now.
import { Effect } from "effect"
import type { Channel } from "../../domain/Channel.ts"
import { Evidence } from "../../outbox/Evidence.ts"
import type { OpenAttempt } from "../../outbox/Outbox.ts"
import { patiently } from "../Patience.ts"
import type { Search } from "./Look.ts"

/** Posts by which reading is checked. */
const mostControls = 5

/** What is known of the messages above an id: the same for every attempt that began there or further up. */
export const knownAbove = Effect.fnUntraced(function* (channel: Channel, floor: number) {
  const evidence = yield* Evidence
  const seen = yield* patiently(evidence.seenAbove(channel.id, floor))
  const controls = yield* patiently(evidence.knownPosts(channel.id, mostControls))
  return { channel, seen, controls, top: Math.max(floor, ...seen, ...controls) }
})

type Known = Effect.Effect.Success<ReturnType<typeof knownAbove>>

/** `others`: other attempts may have left a post there as well. So may those whose place only a person named: nobody saw it there. */
export const searchIn = (known: Known, attempt: OpenAttempt, others: boolean): Search => ({
  ...known,
  attempt,
  top: Math.max(attempt.floor, known.top),
  others: others || known.controls.some((id) => id > attempt.floor && !known.seen.has(id))
})

export const searchFor = (channel: Channel, attempt: OpenAttempt, others: boolean) =>
  Effect.map(knownAbove(channel, attempt.floor), (known) => searchIn(known, attempt, others))

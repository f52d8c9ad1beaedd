// What a look must know about the place, as the store has it now.
import { Effect } from "effect"
import type { Channel } from "../../domain/Channel.ts"
import { Evidence } from "../../outbox/Evidence.ts"
import type { OpenAttempt } from "../../outbox/Outbox.ts"
import { patiently } from "../Patience.ts"
import type { Search } from "./Look.ts"

/** Posts by which reading is checked. */
const mostControls = 5

export const searchFor = (channel: Channel, attempt: OpenAttempt, others: boolean) =>
  Effect.gen(function* () {
    const evidence = yield* Evidence
    const seen = yield* patiently(evidence.seenAbove(channel.id, attempt.floor))
    const controls = yield* patiently(evidence.knownPosts(channel.id, mostControls))
    const top = Math.max(attempt.floor, ...seen, ...controls)
    return { channel, attempt, top, seen, controls, others } satisfies Search
  })

// The person who decides about parked posts: looks into the channel, no sooner than a post can no longer land there, and says what is seen.
import { Effect } from "effect"
import { DeliveryId } from "../domain/Names.ts"
import { Outbox } from "../outbox/Outbox.ts"
import { dateOffMs } from "./Ending.ts"
import type { Readers } from "./Promises.ts"
import type { Records } from "./Records.ts"
import type { Trace } from "./Trace.ts"
import { nameIn } from "./Truth.ts"

export interface OperatorWorld {
  readonly records: Records
  readonly readers: Readers
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
  { records, readers, trace, now }: OperatorWorld,
  program: Asked | undefined
): number => {
  if (program === undefined) return 0
  const parked = records
    .deliveries("parked")
    // The program that dated it may have been ahead.
    .filter(({ stateAt }) => stateAt + waitsMs + dateOffMs <= now())
  for (const { id, channel, title } of parked) {
    const [stands] = readers.standing(channel, nameIn(title) ?? "")
    const found =
      stands === undefined
        ? ({ _tag: "Absent" } as const)
        : ({ _tag: "Sent", messageIds: [stands.id] } as const)
    trace.say("operator", "decides", { delivery: id, found: found._tag })
    program.ask(Effect.flatMap(Outbox, (outbox) => outbox.resolve(DeliveryId.make(id), found, now())))
  }
  return parked.length
}

// Bad weather over a Telegram: one fault after the other, in one channel or over all, each once; which channel follows from the seed.
import { Effect, Ref } from "effect"
import { pick } from "../../../src/sandbox/Chance.ts"
import type { FaultRule } from "../../../src/sandbox/Faults.ts"
import type { Emulating } from "../Emulating.ts"

/** So long a flood wait is that Telegram asks for. */
export const floodSeconds = 5

type Fault = Pick<FaultRule, "stage" | "action">

const restart = { kind: "error", code: 500, description: "Internal Server Error: restart" } as const
const flood = {
  kind: "error",
  code: 429,
  description: `Too Many Requests: retry after ${floodSeconds}`,
  retryAfter: floodSeconds
} as const

const faults: ReadonlyArray<Fault> = [
  { stage: "received", action: flood },
  { stage: "received", action: restart },
  { stage: "processed", action: { kind: "html", status: 502 } },
  { stage: "received", action: { kind: "rst" } },
  { stage: "processed", action: { kind: "rst" } },
  { stage: "received", action: { kind: "delay", ms: 3_000 } },
  { stage: "body", action: { kind: "half" } }
]

/** One fault every so often, until it is interrupted; every tenth time the port is closed for two seconds. Counts the floods. */
export const weather = (
  emulating: Emulating,
  chats: ReadonlyArray<string>,
  everySeconds: number,
  seed: number,
  floods: Ref.Ref<number>
): Effect.Effect<never> =>
  Effect.gen(function* () {
    for (let turn = 0; ; turn++) {
      yield* Effect.sleep(everySeconds * 1000)
      if (turn % 10 === 9) {
        yield* emulating.act("refuse", { ms: 2_000 })
        continue
      }
      const fault = faults[turn % faults.length]
      const chat = `@${chats[pick(chats.length, seed, "weather", turn)]}`
      yield* emulating.act("fault", { ...fault, method: "sendMessage", chat, times: 1 })
      if (fault?.action === flood) yield* Ref.update(floods, (so) => so + 1)
    }
  })

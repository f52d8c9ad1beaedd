// The system under test as `crash` faults strike it (E21): an effect of the test's own, or a process of this machine, by its id.
// Promises: only a process that was named, that was alive then and that is not this one is signalled, and none after it was struck.
import { Effect, Schema } from "effect"
import { sleepOutside } from "./AdjustableClock.ts"
import { NotThere } from "./Control.ts"
import { optional } from "./Wire.ts"

export interface Victim {
  /** It does nothing more, but is not dead yet. */
  readonly freeze: Effect.Effect<void>
  readonly kill: Effect.Effect<void>
}

export const noVictim: Victim = { freeze: Effect.void, kill: Effect.void }

/** A process and how it dies. A signal that it can catch wakes it when it was stopped, so that it can. */
export const NamedProcess = Schema.Struct({
  pid: Schema.Number,
  /** Default: SIGKILL. */
  signal: optional(Schema.Literal("SIGKILL", "SIGTERM", "SIGINT", "SIGHUP", "SIGABRT"))
})
export type NamedProcess = typeof NamedProcess.Type

/** Whether there was such a process; it may have ended by itself, and then nothing is left to do. */
const send = (pid: number, signal: NodeJS.Signals | 0): Effect.Effect<boolean> =>
  Effect.sync(() => {
    try {
      return process.kill(pid, signal)
    } catch {
      return false
    }
  })

/** The least id that may be named: 0 and negative ones mean groups, 1 is the machine's first process. */
const leastPid = 2
/** A signal is sent before it strikes. */
const untilStoppedMs = 20

/** A process that is alive now and may be signalled by this one. */
export const processNamed = ({ pid, signal = "SIGKILL" }: NamedProcess): Effect.Effect<Victim, NotThere> =>
  Effect.gen(function* () {
    const allowed = Number.isSafeInteger(pid) && pid >= leastPid && pid !== process.pid
    if (!allowed || !(yield* send(pid, 0))) return yield* new NotThere({ what: `process ${pid} to kill` })
    let struck = false
    const once = (deed: Effect.Effect<unknown>) => (struck ? Effect.void : Effect.asVoid(deed))
    return {
      freeze: Effect.suspend(() => once(Effect.zipRight(send(pid, "SIGSTOP"), sleepOutside(untilStoppedMs)))),
      kill: Effect.suspend(() => {
        const deed = once(Effect.zipRight(send(pid, signal), send(pid, "SIGCONT")))
        struck = true
        return deed
      })
    }
  })

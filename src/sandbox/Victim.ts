// The system under test as `crash` faults strike it (E21): an effect of the test's own, or a process of this machine, by its id.
// Promises: only a process that was named, that was alive then and that is not this one is signalled, and none after it was killed.
import { Effect } from "effect"
import { sleepOutside } from "./AdjustableClock.ts"
import { NotThere } from "./Control.ts"

export interface Victim {
  /** It does nothing more, but is not dead yet. */
  readonly freeze: Effect.Effect<void>
  readonly kill: Effect.Effect<void>
}

export const noVictim: Victim = { freeze: Effect.void, kill: Effect.void }

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

/** A process that is alive now and may be signalled by this one; it dies of SIGKILL, once. */
export const processNamed = (pid: number): Effect.Effect<Victim, NotThere> =>
  Effect.gen(function* () {
    const allowed = Number.isSafeInteger(pid) && pid >= leastPid && pid !== process.pid
    if (!allowed || !(yield* send(pid, 0))) return yield* new NotThere({ what: `process ${pid} to kill` })
    let lives = true
    return {
      freeze: Effect.suspend(() =>
        lives ? Effect.zipRight(send(pid, "SIGSTOP"), sleepOutside(untilStoppedMs)) : Effect.void
      ),
      kill: Effect.suspend(() => {
        const again = !lives
        lives = false
        return again ? Effect.void : Effect.asVoid(send(pid, "SIGKILL"))
      })
    }
  })

// The end of the process itself, when nothing of it is left to do. Enters: the exit code. Promises: it ends within half a second. The end that
// the system knows waits for threads that nothing can call off: one that resolves a name (some 10 s where the resolver does not answer), or SQL in a
// thread of its own (a second for each gigabyte that is checked). With one of them left, it is a signal: SIGTERM in place of 0, else SIGKILL.
import { Effect, Schedule } from "effect"

/** As Node.js names them; a thread of JavaScript that is told to end has its port until it has. */
const uncancellable: ReadonlySet<string> = new Set(["GetAddrInfoReqWrap", "MessagePort"])

const isHeld = () => process.getActiveResourcesInfo().some((kind) => uncancellable.has(kind))

/** Most names are resolved within some milliseconds: the usual end has its usual code. */
const released = Effect.sync(isHeld).pipe(
  Effect.repeat({ while: (held) => held, schedule: Schedule.spaced("50 millis"), times: 10 })
)

const end = (code: number): void => {
  if (isHeld()) {
    process.removeAllListeners("SIGTERM")
    process.kill(process.pid, code === 0 ? "SIGTERM" : "SIGKILL")
  }
  process.exit(code)
}

export const endProcess = (code: number): Effect.Effect<void> =>
  Effect.zipRight(
    code === 0 ? released : Effect.void,
    Effect.sync(() => end(code))
  )

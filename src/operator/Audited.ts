// Commands that stand in the audit log: who wants what is written before it is done, and then what came of it. Promises: no change by a person
// is missing from the log, whichever surface it came from; one that was refused stands there too.
import { Clock, Context, Effect } from "effect"
import { StorageFailed } from "../domain/StorageFailed.ts"
import { AuditLog } from "../outbox/AuditLog.ts"
import type { Commands } from "./Commands.ts"
import { shownUrl } from "./Secrets.ts"

/** Who gives the commands, as the audit log and other people read it; each surface says whom it knows. */
export class Actor extends Context.Reference<Actor>()("oncecast/operator/Actor", {
  defaultValue: () => "somebody"
}) {}

/** Without what may be secret in it. */
const shownAddress = (text: string): string => (URL.canParse(text) ? shownUrl(text) : text.slice(0, 200))

/** Writes down who wants what before it is done, and then what came of it. */
export const noting = Effect.map(
  AuditLog,
  (log) =>
    <E extends { readonly message: string }>(
      command: string,
      target: string,
      run: Effect.Effect<string, E>
    ): Effect.Effect<string, E | StorageFailed> =>
      Effect.gen(function* () {
        const wish = { by: yield* Actor, command, target }
        const id = yield* Effect.mapError(log.begin(wish, yield* Clock.currentTimeMillis), asked)
        // It is done, or is not, whatever becomes of this line of the log: whoever asked is told that.
        const end = (done: boolean, answer: string) =>
          Effect.flatMap(Clock.currentTimeMillis, (now) => log.end(id, done, answer, now)).pipe(
            Effect.catchAll((error) =>
              Effect.logWarning("What came of a command could not be written into the audit log", error)
            )
          )
        return yield* run.pipe(
          Effect.mapError(asked),
          Effect.tapBoth({
            onFailure: (error) => end(false, error.message),
            onSuccess: (answer) => end(true, answer)
          })
        )
      })
)

/** No command is tried again by itself. */
const asked = <E>(error: E): E | StorageFailed => (error instanceof StorageFailed ? error.ofRequest : error)

/** The commands, each of which stands in the audit log. */
export const audited = (commands: typeof Commands.Service) =>
  Effect.map(
    noting,
    (noted) =>
      ({
        pause: (name) => noted("pause", name, commands.pause(name)),
        resume: (name) => noted("resume", name, commands.resume(name)),
        settle: (id, found, about) =>
          noted(
            "settle",
            `delivery ${id}: ${found === "absent" ? found : `stands as message ${found.messageId}`}`,
            commands.settle(id, found, about)
          ),
        withdraw: (id) => noted("withdraw", `delivery ${id}`, commands.withdraw(id)),
        retry: (id) => noted("retry", `delivery ${id}`, commands.retry(id)),
        reorder: (id, place) => noted("reorder", `delivery ${id}: ${place}`, commands.reorder(id, place)),
        release: (source, decision) =>
          noted(
            "release",
            `${source}: ${typeof decision === "string" ? decision : `the newest ${decision.newest}`}`,
            commands.release(source, decision)
          ),
        post: (url, channel) =>
          noted("post", `${shownAddress(url)} to ${channel}`, commands.post(url, channel)),
        restored: (channel, decision) =>
          noted("restored", `channel ${channel}: ${decision}`, commands.restored(channel, decision))
      }) satisfies typeof Commands.Service
  )

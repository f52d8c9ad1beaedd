// The one way in which a store fails its callers. Everything else that goes wrong inside a store is a bug and stays a defect.
import { Schema } from "effect"

/** The code that the system or the database gave an error, or what caused it. */
export const codeOf = (cause: unknown): string | undefined =>
  !(cause instanceof Error)
    ? undefined
    : "code" in cause && typeof cause.code === "string"
      ? cause.code
      : codeOf(cause.cause)

/**
 * The store could not do it, and nothing of it was done; only after `io` what was to be stored may be.
 * `busy`: another process holds the lock, try again soon. `full`: no space, stop sending and wait for space. `moved`: what is written now
 * would not be found at the next start; stop sending and wait for the file. `io`, `corrupt`: the process cannot go on; escalate. `other`:
 * unexpected; treat as `io`.
 */
export class StorageFailed extends Schema.TaggedError<StorageFailed>("oncecast/domain/StorageFailed")(
  "StorageFailed",
  {
    operation: Schema.String,
    reason: Schema.Literal("busy", "full", "moved", "io", "corrupt", "other"),
    cause: Schema.Defect,
    /** Somebody asked for it once, and nothing tries it again: it must be asked for again. */
    once: Schema.optional(Schema.Literal(true))
  }
) {
  /** Whether it is waited for: nothing was done, and the same may succeed later. */
  get passes(): boolean {
    return this.reason === "busy" || this.reason === "full" || this.reason === "moved"
  }

  /** The same of what was asked for once. */
  get ofRequest(): StorageFailed {
    const { operation, reason, cause } = this
    return new StorageFailed({ operation, reason, cause, once: true })
  }

  override get message(): string {
    const code = codeOf(this.cause) ?? ""
    const goesOn = this.once ? "ask for it again, for it was not done, or not wholly" : "it goes on by itself"
    const advice = {
      busy: `another process holds the database; ${this.once ? goesOn : "it is tried again"}`,
      full: `the disk is full; free space and ${goesOn}`,
      moved: `its file was moved, replaced or removed while it was in use; put it back and ${goesOn} (a restart would begin with what stands there now)`,
      io: /CANTOPEN|READONLY|PERM|^E(?!IO$)/.test(code)
        ? `the system refuses its file (${code}); check the path, the permissions of the database folder, and the disk`
        : "the disk reports errors; check it and the permissions of the database folder",
      corrupt: "the database is damaged; restore a backup",
      other: "see the cause"
    }[this.reason]
    return `The database could not ${this.operation}: ${advice}.`
  }
}

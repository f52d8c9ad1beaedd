// How a child ended, in the two forms that are needed: the cause for the log and one sentence for its state. Pure.
import { Cause, Exit } from "effect"

const longest = 200

/** Why it ended. A child may never return, so a return is a bug of the child and becomes a defect here. */
export const causeOf = (exit: Exit.Exit<unknown, unknown>): Cause.Cause<unknown> =>
  Exit.match(exit, {
    onFailure: (cause) => cause,
    onSuccess: () => Cause.die("The child returned, although it must run for ever.")
  })

/** The first line of the first error, at most 200 characters; never a stack trace. */
export const reasonOf = (cause: Cause.Cause<unknown>): string => {
  if (Cause.isInterruptedOnly(cause)) return "It was interrupted from outside."
  const [line = ""] = (Cause.prettyErrors(cause)[0]?.message ?? "").split("\n", 1)
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line
}

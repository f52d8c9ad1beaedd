// How a command ends badly: one sentence, and the exit code that says of what kind it was.
import { Schema } from "effect"

/** What was asked cannot be done here and now; the message says why and what to do. Exit 1. */
export class CommandFailed extends Schema.TaggedError<CommandFailed>("oncecast/App/CommandFailed")(
  "CommandFailed",
  {
    sentence: Schema.String
  }
) {
  override get message(): string {
    return this.sentence
  }
}

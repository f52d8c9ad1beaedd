// Why a command was not carried out: each message is a sentence for people, whichever surface asked.
import { Schema } from "effect"

/** The command names something that is not there. The message says what is. */
export class NotFound extends Schema.TaggedError<NotFound>("oncecast/operator/NotFound")("NotFound", {
  what: Schema.String
}) {
  override get message(): string {
    return this.what
  }
}

/** What the command names is not in a state for it. The message says in which it is. */
export class NotPossible extends Schema.TaggedError<NotPossible>("oncecast/operator/NotPossible")(
  "NotPossible",
  {
    what: Schema.String
  }
) {
  override get message(): string {
    return this.what
  }
}

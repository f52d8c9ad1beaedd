// The two ways in which a supervisor answers no: to whoever steers it, and to whoever runs the process.
import { Schema } from "effect"

/** The fault is not a single child's: end the process in good order and let whoever started it start it anew. */
export class Escalated extends Schema.TaggedError<Escalated>("oncecast/supervision/Escalated")("Escalated", {
  supervisor: Schema.String,
  child: Schema.String,
  reason: Schema.String,
  cause: Schema.Defect
}) {
  override get message(): string {
    return `The supervisor of ${this.supervisor} gives up because of ${this.child}: ${this.reason}`
  }
}

/** No child is kept under this name; it was stopped, or never started. */
export class NoSuchChild extends Schema.TaggedError<NoSuchChild>("oncecast/supervision/NoSuchChild")(
  "NoSuchChild",
  { supervisor: Schema.String, child: Schema.String }
) {
  override get message(): string {
    return `There is no ${this.child} among the ${this.supervisor}; \`oncecast status\` lists the names.`
  }
}

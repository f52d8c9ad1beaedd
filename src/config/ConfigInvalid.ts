// What is wrong with what the operator wrote: one fault per mistake, each with file, line and what to do.
import { Schema } from "effect"

export const Fault = Schema.Struct({
  file: Schema.String,
  /** From 1; 0 when the fault is the whole file. */
  line: Schema.Int,
  message: Schema.String
})
export type Fault = typeof Fault.Type

export const faultText = (fault: Fault): string =>
  fault.line > 0 ? `${fault.file}:${fault.line}: ${fault.message}` : `${fault.file}: ${fault.message}`

/** The configuration cannot be used. At start: exit 2. While running: the old one stays in force. */
export class ConfigInvalid extends Schema.TaggedError<ConfigInvalid>("oncecast/config/ConfigInvalid")(
  "ConfigInvalid",
  {
    faults: Schema.NonEmptyArray(Fault)
  }
) {
  override get message(): string {
    return this.faults.map(faultText).join("\n")
  }
}

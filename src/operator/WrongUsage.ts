// Words that the command line knows, but not together. Exit 2.
import { Schema } from "effect"

/** The words are known, but not together. */
export class WrongUsage extends Schema.TaggedError<WrongUsage>("oncecast/operator/WrongUsage")("WrongUsage", {
  sentence: Schema.String
}) {
  override get message(): string {
    return this.sentence
  }
}

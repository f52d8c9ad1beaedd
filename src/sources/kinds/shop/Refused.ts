// The format of a document that is not what its source promised.
import { Either } from "effect"
import type { TextFormat } from "./TextDocument.ts"

/** Gives nothing, is done at once, and says what was found. */
export const refused = (found: string): TextFormat => ({
  write: () => [],
  end: () => [],
  done: () => true,
  facts: () => Either.left(found)
})

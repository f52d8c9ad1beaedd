// What a start must know of the calls before it, so that limits hold across it.
import type { Millis } from "../domain/Names.ts"

/** A send or an edit, and how many messages it was about. */
export interface PastCall {
  readonly at: Millis
  readonly messages: number
}

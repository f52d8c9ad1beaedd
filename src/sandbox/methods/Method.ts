// What every method is: a judgement of one call. It looks at the state, refuses or says what it would do, and does it only when told to:
// the flood budget, waits and faults lie between the two.
import { Either } from "effect"
import type { Judged } from "../Errors.ts"
import type { Bot, State } from "../State.ts"

export interface Upload {
  readonly fileName: string
  readonly bytes: Uint8Array
}

export interface Call {
  readonly bot: Bot
  /** In lower case. */
  readonly method: string
  /** JSON values; those of forms are strings, or what their JSON said. */
  readonly params: Readonly<Record<string, unknown>>
  readonly files: Readonly<Record<string, Upload>>
  /** Its number in the request log. */
  readonly request: number
}

/** What a call takes from the flood budget of a chat. */
export interface Budget {
  readonly chat: number
  readonly cost: number
  /** New messages among it; edits make none. */
  readonly messages: number
}

export interface Prepared {
  /** Absent for reads. */
  readonly budget?: Budget
  /** A remark beside the `result`, as setWebhook has it. */
  readonly description?: string
  /** Does it, at this time, and gives the `result`. Never refuses. */
  readonly commit: (now: number) => unknown
  /** Albums only: posts the first `count` items and no more, and gives their ids (E18). */
  readonly commitFirst?: (count: number, now: number) => ReadonlyArray<number>
}

export type Method = (state: State, call: Call, now: number) => Judged<Prepared>

/** A method without effect or cost. */
export const answer = (result: unknown): Judged<Prepared> => Either.right({ commit: () => result })

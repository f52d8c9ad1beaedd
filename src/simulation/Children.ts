// Whether each child of a service is at work, or says why not and until when. Enters: the children's states as the supervisors have them, look
// after look. Leaves: the first one that cannot be explained.
import { Effect, Exit } from "effect"
import { Pipeline } from "../Pipeline.ts"
import type { ChildId, ChildState } from "../supervision/ChildState.ts"
import { dateOffMs } from "./Ending.ts"
import type { Program } from "./Program.ts"
import type { Scenario } from "./Scenario.ts"

/** The promise that breaks. */
export const childrenAtWork = "each child runs or is explained"

/** One look at the children of one program. */
export interface Look {
  /** Names the life of the program. */
  readonly owner: string
  readonly children: ReadonlyMap<ChildId, ChildState>
  /** Those that the catalog wants. */
  readonly wanted: ReadonlyArray<string>
  /** By the service's own date. */
  readonly date: number
  /** The world's time. */
  readonly now: number
}

const hourMs = 3_600_000
/** Longer than any request, and than a disk stays full. */
const longestWorkMs = 3 * hourMs
const lateMs = hourMs

export class Children {
  /** Since when each was found at work, look after look. */
  readonly #atWork = new Map<string, number>()

  /** What a date that jumped or a machine that slept may account for, in milliseconds. */
  readonly #slackMs: number
  readonly #breaks: (what: string) => void

  constructor({ faults }: Scenario, breaks: (what: string) => void) {
    const jumps = faults.includes("clock-jumps") ? dateOffMs : 0
    this.#slackMs = jumps + (faults.includes("suspends") ? 12 * hourMs : 0)
    this.#breaks = breaks
  }

  /** A program that sleeps, or is not there, explains everything. */
  visit(program: Program, now: number): void {
    const { life, owner, name } = program
    if (life === undefined || life.isFrozen) {
      for (const key of this.#atWork.keys()) if (key.startsWith(`${owner} `)) this.#atWork.delete(key)
      return
    }
    program.ask(asked, (exit) => {
      if (life.isDead || !Exit.isSuccess(exit)) return
      const what = this.unexplained({ ...exit.value, owner, date: life.unsafeCurrentTimeMillis(), now })
      if (what !== undefined) this.#breaks(`${name}: ${what}`)
    })
  }

  /** The first child whose state nothing accounts for, looks before this one included. */
  unexplained({ owner, children, wanted, date, now }: Look): string | undefined {
    const known = new Map<string, ChildState>(children)
    const missing = wanted.find((id) => !known.has(id))
    if (missing !== undefined) return `${missing} is not there`
    for (const [id, state] of known) {
      if (this.#isBusyFor(`${owner} ${id}`, state, now) > longestWorkMs) return `${id} is busy without an end`
      if (dueBy(state) + this.#slackMs < date) return `${id} is overdue: ${JSON.stringify(state)}`
    }
    return undefined
  }

  /** Whoever reads updates, or keeps house, does nothing else. */
  #isBusyFor(key: string, { _tag }: ChildState, now: number): number {
    if (_tag !== "Running" || !/ (source|channel)\//.test(key)) {
      this.#atWork.delete(key)
      return 0
    }
    const since = this.#atWork.get(key) ?? now
    this.#atWork.set(key, since)
    return now - since
  }
}

const asked = Effect.gen(function* () {
  const pipeline = yield* Pipeline
  const { channels, sources } = yield* pipeline.catalog
  const wanted = [
    ...[...channels.keys()].map((id) => `channel/${id}`),
    ...[...sources.keys()].map((id) => `source/${id}`)
  ]
  return { wanted, children: yield* pipeline.children }
})

/** When it must be something else at the latest. */
const dueBy = (state: ChildState): number => {
  switch (state._tag) {
    case "Waiting":
    case "OpenCircuit":
      return state.until + lateMs
    case "Restarting":
      return state.at + lateMs
    case "Quarantined":
      return state.probeAt + lateMs
    case "Starting":
    case "Stopping":
      return state.since + lateMs
    case "Stopped":
      return state.since
    case "Running":
    case "Paused":
      return Number.POSITIVE_INFINITY
  }
}

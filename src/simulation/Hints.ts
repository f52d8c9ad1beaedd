// What one program writes, the others on the same database notice within a second, as they do in the real world by SQLite's data version.
import type { Hint } from "../outbox/Signals.ts"
import { type Changes, changedSince, changes } from "../storage/ChangeWatch.ts"
import { type Connection, statementsOf } from "../storage/Statements.ts"
import type { Dice } from "./Dice.ts"

/** A program that may be told. */
export interface Hinted {
  readonly name: string
  /** False while it is frozen. */
  readonly notices: boolean
  readonly hint: (who: ReadonlyArray<Hint>) => void
}

/** One that is frozen is looked after now and then. */
const frozenMs = 60_000

export class Hints {
  readonly #after: (ms: number, act: () => void) => unknown
  readonly #dice: Dice
  readonly #programs: () => ReadonlyArray<Hinted>
  readonly #read: () => Changes
  readonly #seen = new Map<string, Changes>()
  readonly #looks = new Set<string>()

  constructor(
    after: (ms: number, act: () => void) => unknown,
    dice: Dice,
    connection: Connection,
    programs: () => ReadonlyArray<Hinted>
  ) {
    this.#after = after
    this.#dice = dice
    this.#programs = programs
    const statements = statementsOf(connection)
    this.#read = () => changes(statements)
  }

  /** `name` has committed something. */
  committed(name: string): void {
    for (const program of this.#programs()) {
      if (program.name === name || this.#looks.has(program.name)) continue
      this.#looks.add(program.name)
      this.#lookIn(this.#dice.below(1_000), program)
    }
  }

  #lookIn(ms: number, program: Hinted): void {
    this.#after(ms, () => {
      if (!program.notices) return this.#lookIn(frozenMs, program)
      this.#looks.delete(program.name)
      this.#look(program)
    })
  }

  #look(program: Hinted): void {
    const before = this.#seen.get(program.name) ?? new Map()
    const now = this.#read()
    this.#seen.set(program.name, now)
    program.hint(changedSince(before, now))
  }
}

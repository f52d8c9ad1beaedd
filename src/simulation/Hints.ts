// What one program writes, the others on the same database notice within a second, as they do in the real world by SQLite's data version.
import type { Dice } from "./Dice.ts"
import type { Life } from "./Life.ts"
import type { Program } from "./Program.ts"

export class Hints {
  readonly #outside: Life
  readonly #dice: Dice
  readonly #programs: () => ReadonlyArray<Program>
  readonly #hinted = new Set<string>()

  constructor(outside: Life, dice: Dice, programs: () => ReadonlyArray<Program>) {
    this.#outside = outside
    this.#dice = dice
    this.#programs = programs
  }

  /** `name` has committed something. */
  committed(name: string): void {
    for (const program of this.#programs()) {
      if (program.name === name || this.#hinted.has(program.name)) continue
      this.#hinted.add(program.name)
      this.#outside.after(this.#dice.below(1_000), () => {
        this.#hinted.delete(program.name)
        program.hint()
      })
    }
  }
}

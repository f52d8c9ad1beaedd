// What happened, line by line, with its time; a hash over all of it shows whether two runs were the same. Keeps the last lines for a report, or
// hands each on. Never holds anything that differs from run to run by itself: no fiber ids, no stack traces, no time of the machine.
import { createHash } from "node:crypto"

const kept = 100

export class Trace {
  readonly #hash = createHash("sha256")
  readonly #last: Array<string> = []
  readonly #write: ((line: string) => void) | undefined
  readonly #now: () => number
  #lines = 0

  constructor(now: () => number, write?: (line: string) => void) {
    this.#now = now
    this.#write = write
  }

  readonly say = (who: string, what: string, data?: Readonly<Record<string, unknown>>): void => {
    const words = data === undefined ? "" : ` ${JSON.stringify(data)}`
    const line = `${new Date(this.#now()).toISOString()} ${who} ${what}${words}`
    this.#lines += 1
    this.#hash.update(line).update("\n")
    this.#last[this.#lines % kept] = line
    this.#write?.(line)
  }

  get lines(): number {
    return this.#lines
  }

  /** Oldest first. */
  get last(): ReadonlyArray<string> {
    const next = (this.#lines + 1) % kept
    return [...this.#last.slice(next), ...this.#last.slice(0, next)].filter((line) => line !== undefined)
  }

  /** Of all lines so far. */
  get digest(): string {
    return this.#hash.copy().digest("hex")
  }
}

// Which faults strike, and when: asked by every edge of the world at the moments when it could fail. Promises: a fault that the scenario does
// not have never strikes, none strikes after trouble has ended, and each rolls dice of its own.
import type { Dice } from "./Dice.ts"
import type { FaultName, Scenario } from "./Scenario.ts"
import type { Trace } from "./Trace.ts"

export class Weather {
  readonly #scenario: Scenario
  readonly #dice: ReadonlyMap<FaultName, Dice>
  readonly #struck = new Map<FaultName, number>()
  readonly #trace: Trace
  #calm = false

  constructor(scenario: Scenario, dice: Dice, trace: Trace) {
    this.#scenario = scenario
    this.#trace = trace
    this.#dice = new Map(scenario.faults.map((name) => [name, dice.for(name)]))
  }

  /** How often each has struck. */
  get struck(): ReadonlyMap<FaultName, number> {
    return this.#struck
  }

  get isCalm(): boolean {
    return this.#calm
  }

  /** Nothing goes wrong from now on. */
  end(): void {
    this.#calm = true
  }

  has(name: FaultName): boolean {
    return !this.#calm && this.#dice.has(name)
  }

  /** The probability that a rule of somebody else's should have. */
  chanceOf(name: FaultName, usual: number): number {
    return this.has(name) ? Math.min(0.5, usual * this.#scenario.weight) : 0
  }

  /** The dice of a fault, if it strikes now. */
  strikes(name: FaultName, usual: number, where: string): Dice | undefined {
    const dice = this.has(name) ? this.#dice.get(name) : undefined
    if (dice?.hits(this.chanceOf(name, usual)) !== true) return undefined
    this.note(name, where)
    return dice
  }

  /** The same weather, of which only one fault is seen. */
  only(seen: FaultName): Pick<Weather, "strikes" | "isCalm"> {
    const whole = this
    return {
      strikes: (name, usual, where) => (name === seen ? whole.strikes(name, usual, where) : undefined),
      get isCalm() {
        return whole.isCalm
      }
    }
  }

  /** Does something every now and then, `meanMs` apart, for as long as there is trouble. */
  everyNowAndThen(
    name: FaultName,
    meanMs: number,
    after: (ms: number, task: () => void) => unknown,
    act: (dice: Dice) => void
  ): void {
    const dice = this.#dice.get(name)
    if (dice === undefined) return
    const next = () =>
      after(dice.gap(meanMs / this.#scenario.weight), () => {
        if (this.#calm) return
        act(dice)
        next()
      })
    next()
  }

  note(name: FaultName, where: string): void {
    this.#struck.set(name, (this.#struck.get(name) ?? 0) + 1)
    this.#trace.say("weather", name, { where })
  }
}

// The time of a world, and whose turn it is in it: clocks and fibers run on it instead of on the machine's. It jumps from event to event; between
// two events nothing happens. Promises: the same dice give the same order of everything, on every machine; events never run late.
import type { Dice } from "./Dice.ts"
import { Timers } from "./Timers.ts"

/** Something that is to run: a fiber's next piece. */
type Task = () => void

/** Those who live in a world: they have tasks and timers, may freeze, and may die, upon which nothing of theirs ever runs again. */
export interface Being {
  readonly timers: Timers
  /** What the world's time is ahead of the being's own: it grows with each freeze. */
  behindMs: number
  /** Since when, by the world's time. */
  frozenAt: number | undefined
  dead: boolean
  /** Runs before the task that comes after so many others. */
  fuse: { left: number; readonly blow: () => void } | undefined
}

interface Ready {
  readonly being: Being
  readonly task: Task
}

export class VirtualTime {
  #now: number
  readonly #dice: Dice
  readonly #beings = new Set<Being>()
  readonly #ready: Array<Ready> = []
  /** Tasks of frozen beings, in the order in which they came. */
  readonly #held: Array<Ready> = []
  #events = 0
  #promised = false

  constructor(startMs: number, dice: Dice) {
    this.#now = startMs
    this.#dice = dice
  }

  /** Epoch milliseconds. */
  get now(): number {
    return this.#now
  }

  /** Tasks and timers that have run. */
  get events(): number {
    return this.#events
  }

  birth(): Being {
    const being: Being = {
      timers: new Timers(),
      behindMs: 0,
      frozenAt: undefined,
      dead: false,
      fuse: undefined
    }
    this.#beings.add(being)
    return being
  }

  kill(being: Being): void {
    being.dead = true
    this.#beings.delete(being)
  }

  /** A being's own time: it stands still while it is frozen. */
  ownTime(being: Being): number {
    return (being.frozenAt ?? this.#now) - being.behindMs
  }

  freeze(being: Being): void {
    being.frozenAt ??= this.#now
  }

  /** Its timers go on where they stood; the date has moved on. */
  thaw(being: Being): void {
    if (being.frozenAt === undefined) return
    being.behindMs += this.#now - being.frozenAt
    being.frozenAt = undefined
    for (const held of this.#held.splice(0)) this.#take(held)
  }

  /** A promise has just been settled: what waits for it comes before the next event. */
  promised(): void {
    this.#promised = true
  }

  ready(being: Being, task: Task): void {
    this.#take({ being, task })
  }

  /** Lets everything happen that is to happen up to `until`, and then `until` be now. False: `stop` ended it before. */
  async run(until: number, stop: () => boolean): Promise<boolean> {
    while (!stop()) {
      if (this.#ready.length > 0 || this.#promised) {
        this.#drain(stop)
        this.#promised = false
        await turn()
        continue
      }
      const next = this.#next()
      if (next === undefined || next.at > until) {
        this.#now = Math.max(this.#now, until)
        return true
      }
      this.#now = Math.max(this.#now, next.at)
      this.#events += 1
      next.being.timers.runNext()
    }
    return false
  }

  #take(ready: Ready): void {
    if (ready.being.dead) return
    ;(ready.being.frozenAt === undefined ? this.#ready : this.#held).push(ready)
  }

  #drain(stop: () => boolean): void {
    while (this.#ready.length > 0 && !stop()) {
      const index = this.#ready.length === 1 ? 0 : this.#dice.below(this.#ready.length)
      const chosen = this.#ready[index]
      const last = this.#ready.pop()
      if (chosen === undefined || last === undefined) return
      if (chosen !== last) this.#ready[index] = last
      if (chosen.being.frozenAt !== undefined) this.#held.push(chosen)
      else this.#run(chosen)
    }
  }

  #run({ being, task }: Ready): void {
    const { fuse } = being
    if (fuse !== undefined && !being.dead && fuse.left-- <= 0) {
      being.fuse = undefined
      fuse.blow()
    }
    if (being.dead) return
    this.#events += 1
    task()
  }

  #next(): { readonly at: number; readonly being: Being } | undefined {
    let first: { readonly at: number; readonly being: Being } | undefined
    for (const being of this.#beings) {
      const due = being.frozenAt === undefined ? being.timers.nextAt() : undefined
      if (due === undefined) continue
      const at = due + being.behindMs
      if (first === undefined || at < first.at) first = { at, being }
    }
    return first
  }
}

/** Promises go on, with whatever they bring about: grammY's need one turn. */
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

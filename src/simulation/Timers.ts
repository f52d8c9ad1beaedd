// What is to run at which time of one being: a binary heap. Of equal times the first set runs first.

export interface Timer {
  readonly cancel: () => void
}

interface Entry {
  readonly at: number
  readonly order: number
  run: (() => void) | undefined
}

const isBefore = (a: Entry, b: Entry): boolean => a.at < b.at || (a.at === b.at && a.order < b.order)

export class Timers {
  readonly #heap: Array<Entry> = []
  #order = 0
  #cancelled = 0

  /** Timers that will run. */
  get size(): number {
    return this.#heap.length - this.#cancelled
  }

  set(at: number, run: () => void): Timer {
    const entry: Entry = { at, order: this.#order++, run }
    this.#rise(entry)
    return {
      cancel: () => {
        if (entry.run === undefined) return
        entry.run = undefined
        this.#cancelled += 1
        if (this.#cancelled > 64 && this.#cancelled > this.#heap.length / 2) this.#sweep()
      }
    }
  }

  nextAt(): number | undefined {
    while (this.#heap[0] !== undefined && this.#heap[0].run === undefined) {
      this.#pop()
      this.#cancelled -= 1
    }
    return this.#heap[0]?.at
  }

  runNext(): void {
    if (this.nextAt() === undefined) return
    const entry = this.#pop()
    const run = entry?.run
    if (entry !== undefined) entry.run = undefined
    run?.()
  }

  #sweep(): void {
    const live = this.#heap.filter((entry) => entry.run !== undefined)
    this.#heap.length = 0
    this.#cancelled = 0
    for (const entry of live) this.#rise(entry)
  }

  #rise(entry: Entry): void {
    const heap = this.#heap
    let place = heap.push(entry) - 1
    while (place > 0) {
      const parent = (place - 1) >> 1
      const above = heap[parent]
      if (above === undefined || isBefore(above, entry)) break
      heap[place] = above
      place = parent
    }
    heap[place] = entry
  }

  #pop(): Entry | undefined {
    const heap = this.#heap
    const first = heap[0]
    const last = heap.pop()
    if (first === undefined || last === undefined || heap.length === 0) return first
    let place = 0
    while (true) {
      let child = 2 * place + 1
      const [left, right] = [heap[child], heap[child + 1]]
      if (left === undefined) break
      if (right !== undefined && isBefore(right, left)) child += 1
      const below = heap[child]
      if (below === undefined || isBefore(last, below)) break
      heap[place] = below
      place = child
    }
    heap[place] = last
    return first
  }
}

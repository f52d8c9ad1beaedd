// The newest of very many: keeps a number of them and forgets the older ones. A binary heap with the oldest on top.
import { type Age, byAge } from "./AgeOrder.ts"

export class Newest<A extends { readonly age: Age }> {
  private readonly most: number
  private readonly heap: Array<A> = []

  constructor(most: number) {
    this.most = most
  }

  /** Whether one of that age would be among them. */
  wants(age: Age): boolean {
    const oldest = this.heap[0]
    return this.heap.length < this.most || (oldest !== undefined && byAge(oldest.age, age) < 0)
  }

  offer(one: A): void {
    if (!this.wants(one.age)) return
    if (this.heap.length < this.most) this.rise(one)
    else this.sink(one)
  }

  /** Oldest first. */
  all(): ReadonlyArray<A> {
    return this.heap.toSorted((a, b) => byAge(a.age, b.age))
  }

  private rise(one: A): void {
    let at = this.heap.push(one) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      const above = this.heap[parent]
      if (above === undefined || byAge(above.age, one.age) <= 0) break
      this.heap[at] = above
      at = parent
    }
    this.heap[at] = one
  }

  /** Puts `one` in the place of the oldest. */
  private sink(one: A): void {
    let at = 0
    while (true) {
      const [left, right] = [this.heap[2 * at + 1], this.heap[2 * at + 2]]
      const isRight = left !== undefined && right !== undefined && byAge(right.age, left.age) < 0
      const older = isRight ? right : left
      if (older === undefined || byAge(older.age, one.age) >= 0) break
      this.heap[at] = older
      at = 2 * at + (isRight ? 2 : 1)
    }
    this.heap[at] = one
  }
}

// Chance that follows from a seed and nothing else. Each concern rolls dice of its own, so that one more roll of one changes no other's luck.
// @source sfc32 and its seeding: https://pracrand.sourceforge.net/RNG_engines.txt (2014); the mixing is FNV-1a with a final avalanche
import { Random } from "effect"

/** A number from 0 to 2³²-1 out of a text. */
const mixed = (text: string): number => {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

const warmUp = 12

export class Dice {
  readonly #seed: string
  #a: number
  #b: number
  #c: number
  #counter = 1

  constructor(seed: string) {
    this.#seed = seed
    this.#a = mixed(`${seed}/a`)
    this.#b = mixed(`${seed}/b`)
    this.#c = mixed(`${seed}/c`)
    for (let round = 0; round < warmUp; round += 1) this.next()
  }

  /** From 0 to below 1. */
  next(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0
    this.#counter = (this.#counter + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = (this.#c << 21) | (this.#c >>> 11)
    this.#c = (this.#c + sum) | 0
    return (sum >>> 0) / 4_294_967_296
  }

  /** A whole number from 0 to below `end`. */
  below(end: number): number {
    return Math.floor(this.next() * end)
  }

  /** A whole number, both ends included. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1)
  }

  /** Small values are as likely as large ones, by their order of magnitude; for waits from seconds to hours. */
  magnitude(least: number, most: number): number {
    return Math.round(least * (most / least) ** this.next())
  }

  /** The time to the next of events that come by chance, `mean` apart. */
  gap(mean: number): number {
    return Math.max(1, Math.round(-mean * Math.log(1 - this.next())))
  }

  /** True with this probability. */
  hits(probability: number): boolean {
    return this.next() < probability
  }

  pick<A>(one: A, ...others: ReadonlyArray<A>): A {
    return others[this.below(others.length + 1) - 1] ?? one
  }

  /** Dice for another concern. */
  for(concern: string): Dice {
    return new Dice(`${this.#seed}/${concern}`)
  }

  /** Effect's Random, by these dice. */
  random(): Random.Random {
    return Random.make(mixed(`${this.#seed}/random`))
  }
}

// Pure work over a whole document in portions of a ms at most, so that 100,000 items do not hold the event loop: a generator that may be left
// alone between two of them. The result is the same however long the pauses are; whoever runs it decides what happens in them.

/** Pauses by yielding; ends with its result. */
export type LongWork<A> = Generator<void, A>

/** Items between two pauses where one takes about 2 µs: half a ms in all, some ms in code that is not compiled yet. */
const lightPortion = 256

/** The same where one takes about 20 µs (hashing, reading URLs). */
export const heavyPortion = 32

/** What `apply` makes of each of `items`, in portions. */
export function* flatMapLong<A, B>(
  items: ReadonlyArray<A>,
  apply: (item: A, index: number) => ReadonlyArray<B>,
  portion = lightPortion
): LongWork<ReadonlyArray<B>> {
  const results: Array<B> = []
  for (let index = 0; index < items.length; index += portion) {
    if (index > 0) yield
    for (const [place, item] of items.slice(index, index + portion).entries()) {
      results.push(...apply(item, index + place))
    }
  }
  return results
}

/** `flatMapLong` with one result for each item. */
export function* mapLong<A, B>(
  items: ReadonlyArray<A>,
  apply: (item: A, index: number) => B,
  portion = lightPortion
): LongWork<ReadonlyArray<B>> {
  const results: Array<B> = []
  for (const [index, item] of items.entries()) {
    if (index > 0 && index % portion === 0) yield
    results.push(apply(item, index))
  }
  return results
}

/** Weight between two pauses, where an item of 500 characters takes about 6 µs: some 0.7 ms in all. */
const portionWeight = 60_000

/** Does `apply` for each of `items`, in portions of equal weight: for items of which some are much dearer than others. */
export function* forEachLong<A>(
  items: ReadonlyArray<A>,
  weigh: (item: A) => number,
  apply: (item: A, index: number) => void
): LongWork<void> {
  let load = 0
  for (const [index, item] of items.entries()) {
    if (load > portionWeight) {
      yield
      load = 0
    }
    load += weigh(item)
    apply(item, index)
  }
}

/** Runs the work to its end without a pause. */
export const finish = <A>(work: LongWork<A>): A => {
  let step = work.next()
  while (step.done !== true) step = work.next()
  return step.value
}

// Pure work over a whole document in short portions, so that 100,000 items do not hold the event loop: a generator that pauses now and
// then. The result is the same however long the pauses are; whoever runs it decides what happens in them.

/** Pauses by yielding; ends with its result. */
export type LongWork<A> = Generator<void, A>

/** Items handled between two pauses: 1 to 5 ms of work. */
export const portion = 256

/** Maps `items` in portions. */
export function* mapLong<A, B>(
  items: ReadonlyArray<A>,
  apply: (item: A, index: number) => B
): LongWork<ReadonlyArray<B>> {
  const results: Array<B> = []
  for (const [index, item] of items.entries()) {
    if (index % portion === portion - 1) yield
    results.push(apply(item, index))
  }
  return results
}

/** Runs the work to its end without a pause. */
export const finish = <A>(work: LongWork<A>): A => {
  let step = work.next()
  while (step.done !== true) step = work.next()
  return step.value
}

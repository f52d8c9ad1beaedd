// When the garbage collector should run, which does not know by itself: bytes in buffers it counts as nothing, until they are so many that
// all of the heap must be looked through. Promises: nothing but memory depends on it; without `--expose-gc`, which `npm start`
// gives, nothing happens but what happens anyway.

/** Collects what was made just now: some tenths of a ms. */
export const collectYoung = (): void => globalThis.gc?.({ type: "minor" })

/** Collects everything: some tens of ms. */
export const collectAll = (): void => globalThis.gc?.()

// How full the fullest sliding window is: the measure of every limit, taken on the arrivals themselves.

export interface Arrival {
  /** Milliseconds. */
  readonly at: number
  readonly cost?: number
}

/** The most that arrived in any window `[t, t + windowMs)`; the fullest one begins with an arrival. */
export const fullest = (arrivals: ReadonlyArray<Arrival>, windowMs: number): number => {
  const sorted = [...arrivals].sort((a, b) => a.at - b.at)
  let [most, inside, end] = [0, 0, 0]
  for (const first of sorted) {
    for (; end < sorted.length && (sorted[end]?.at ?? 0) < first.at + windowMs; end++)
      inside += sorted[end]?.cost ?? 1
    most = Math.max(most, inside)
    inside -= first.cost ?? 1
  }
  return most
}

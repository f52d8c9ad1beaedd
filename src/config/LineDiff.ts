// What differs between two texts, line by line: the fewest lines that go and come (Myers), as hunks. Pure. Promises: `patched` of the hunks
// between two texts makes the first into the second.
// @source E. W. Myers, "An O(ND) difference algorithm and its variations", 1986

type Lines = ReadonlyArray<string>

/** The lines `from` to `to` (exclusive) are replaced. */
export interface Hunk {
  readonly from: number
  readonly to: number
  readonly lines: Lines
}

/** Texts that differ more are told as one hunk. */
const mostSteps = 2_000

/** Furthest x on each diagonal after 0, 1, 2 … steps, until the end of both is reached; none when that is too far. */
const traceOf = (before: Lines, after: Lines): ReadonlyArray<Map<number, number>> | undefined => {
  const trace: Array<Map<number, number>> = []
  let furthest = new Map([[1, 0]])
  for (let steps = 0; steps <= mostSteps; steps++) {
    trace.push(furthest)
    const next = new Map(furthest)
    for (let diagonal = -steps; diagonal <= steps; diagonal += 2) {
      let x = startOn(furthest, diagonal, steps)
      while (x < before.length && x - diagonal < after.length && before[x] === after[x - diagonal]) x += 1
      next.set(diagonal, x)
      if (x >= before.length && x - diagonal >= after.length) return [...trace, next]
    }
    furthest = next
  }
  return undefined
}

const at = (furthest: ReadonlyMap<number, number>, diagonal: number): number => furthest.get(diagonal) ?? -1

const comesDown = (furthest: ReadonlyMap<number, number>, diagonal: number, steps: number): boolean =>
  diagonal === -steps || (diagonal !== steps && at(furthest, diagonal - 1) < at(furthest, diagonal + 1))

const startOn = (furthest: ReadonlyMap<number, number>, diagonal: number, steps: number): number =>
  comesDown(furthest, diagonal, steps) ? at(furthest, diagonal + 1) : at(furthest, diagonal - 1) + 1

/** One line that goes (before[x]) or comes (after[y]), last first. */
const stepsBack = (before: Lines, after: Lines): ReadonlyArray<Hunk> => {
  const trace = traceOf(before, after)
  if (trace === undefined) return [{ from: 0, to: before.length, lines: after }]
  const found: Array<Hunk> = []
  let x = before.length
  let y = after.length
  for (let steps = trace.length - 2; steps > 0; steps--) {
    const furthest = trace[steps] ?? new Map<number, number>()
    const down = comesDown(furthest, x - y, steps)
    const from = down ? x - y + 1 : x - y - 1
    x = at(furthest, from)
    y = x - from
    found.push(down ? { from: x, to: x, lines: after.slice(y, y + 1) } : { from: x, to: x + 1, lines: [] })
  }
  return found.reverse()
}

const joined = (steps: ReadonlyArray<Hunk>): ReadonlyArray<Hunk> => {
  const hunks: Array<Hunk> = []
  for (const step of steps) {
    const last = hunks.at(-1)
    if (last === undefined || last.to !== step.from) hunks.push(step)
    else hunks.splice(-1, 1, { from: last.from, to: step.to, lines: [...last.lines, ...step.lines] })
  }
  return hunks
}

/** In order; they do not touch each other. */
export const hunksBetween = (before: Lines, after: Lines): ReadonlyArray<Hunk> => {
  let start = 0
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1
  let end = 0
  const room = Math.min(before.length, after.length) - start
  while (end < room && before.at(-1 - end) === after.at(-1 - end)) end += 1
  const [old, young] = [before.slice(start, before.length - end), after.slice(start, after.length - end)]
  if (old.length === 0 && young.length === 0) return []
  const steps =
    old.length === 0 || young.length === 0
      ? [{ from: 0, to: old.length, lines: young }]
      : stepsBack(old, young)
  return joined(steps).map(({ from, to, lines }) => ({ from: from + start, to: to + start, lines }))
}

export const patched = (before: Lines, hunks: ReadonlyArray<Hunk>): Lines => {
  const lines: Array<string> = []
  let next = 0
  for (const hunk of hunks) {
    lines.push(...before.slice(next, hunk.from), ...hunk.lines)
    next = hunk.to
  }
  return [...lines, ...before.slice(next)]
}

const context = 3

/** As `diff -u` shows it, without the names of the files. */
export const unified = (before: Lines, after: Lines): Lines => {
  const hunks = hunksBetween(before, after)
  let shownTo = -1
  return hunks.flatMap(({ from, to, lines }, index) => {
    const start = Math.max(from - context, shownTo, 0)
    const end = Math.min(to + context, hunks[index + 1]?.from ?? before.length)
    const head = start === shownTo ? [] : [`@@ line ${start + 1} @@`]
    shownTo = end
    const kept = (some: Lines) => some.map((line) => ` ${line}`)
    return [
      ...head,
      ...kept(before.slice(start, from)),
      ...before.slice(from, to).map((line) => `-${line}`),
      ...lines.map((line) => `+${line}`),
      ...kept(before.slice(to, end))
    ]
  })
}

// A number of places, and who waits for one of them. Promises: places are given in the order in which they were asked for; none is lost and
// none is given twice, wherever whoever waits is interrupted. Effect's `Semaphore` loses a permit when it is interrupted at a yield between the
// moment in which it has taken it and the one in which it would give it back. A place that is free costs next to nothing.
import { Effect } from "effect"

/** Somebody's place in a line. */
export interface Turn {
  /** Marked in the moment in which it is given: who is called off a moment later must give it back. */
  given: boolean
  /** Wakes who waits for it; absent while they are on their way to wait. */
  go: (() => void) | undefined
}

/** Places, and who waits for one: nobody while one is free. */
export interface Line {
  free: number
  readonly waiting: Set<Turn>
}

/** A line for so many at once; for one: they take turns. */
export const makeLine = (places: number): Line => ({ free: places, waiting: new Set() })

/** Takes a free place, or stands in the line: in one step, for a place that is given back between two would be missed. */
export const join = (line: Line): Turn => {
  const turn: Turn = { given: line.free > 0, go: undefined }
  if (turn.given) line.free -= 1
  else line.waiting.add(turn)
  return turn
}

/** Gives a place back: to who waits longest, if somebody does. Called once for each `join`, whatever became of it. */
export const leave = (line: Line, turn: Turn): void => {
  line.waiting.delete(turn)
  if (!turn.given) return
  const [next] = line.waiting
  if (next === undefined) line.free += 1
  else {
    line.waiting.delete(next)
    next.given = true
    next.go?.()
  }
}

/** Waits until it is given. */
export const come = (turn: Turn): Effect.Effect<void> =>
  Effect.async((resume) => {
    turn.go = () => resume(Effect.void)
    if (turn.given) turn.go()
  })

/** Runs it in a place of the line. */
export const inLine =
  (line: Line) =>
  <A, E, R>(work: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.uninterruptibleMask((restore) => {
      const turn = join(line)
      return Effect.onExit(restore(turn.given ? work : Effect.zipRight(come(turn), work)), () =>
        Effect.sync(() => leave(line, turn))
      )
    })

/** One place at a time that is held beyond the work that asked for it: until it is given back, or its owner goes on to another line. */
export class Place {
  #giveBack: (() => void) | undefined

  /** Gives back what it has, and comes to a place of the line: for who waits for a place holds no other. */
  enter(line: Line): Effect.Effect<void> {
    return Effect.suspend(() => {
      this.giveBack()
      const turn = join(line)
      this.#giveBack = () => leave(line, turn)
      return turn.given ? Effect.void : come(turn)
    })
  }

  /** Also while it waits for one. */
  giveBack(): void {
    const giveBack = this.#giveBack
    this.#giveBack = undefined
    giveBack?.()
  }
}

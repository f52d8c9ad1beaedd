// How many requests may be under way: a few per host, and a limit over all; and how far apart the visits to a site's pages are. One shared
// service, so that sources, redirects and images of one host count together. Promises: a host's turn is waited for before the global one,
// so a slow host never holds places that others could use; turns come in the order in which they were waited for; nobody waits for ever; a
// host that nobody waits for is forgotten. A turn that is free costs next to nothing: most are.
import { Context, Duration, Effect, Layer } from "effect"
import { monotonicMs } from "../domain/MonotonicTime.ts"
import { shown } from "./Address.ts"
import { FetchFailed } from "./FetchErrors.ts"

export interface PolitenessOptions {
  /** Requests under way to one host; default 2. */
  readonly perHost?: number
  /** Requests under way to all hosts; default 32. */
  readonly total?: number
}

/** Somebody's place in a line. */
interface Turn {
  /** Marked in the moment in which it is given: who is called off a moment later must give it back. */
  given: boolean
  /** Wakes who waits for it; absent while they are on their way to wait. */
  go: (() => void) | undefined
}

/** Places, and who waits for one: nobody while one is free. */
interface Line {
  free: number
  readonly waiting: Set<Turn>
}

/** The longest wait for one turn. */
const patience = Duration.minutes(10)
const patienceMs = Duration.toMillis(patience)

const inPatience =
  (url: URL) =>
  (wait: Effect.Effect<void>): Effect.Effect<void, FetchFailed> =>
    Effect.timeoutFail(wait, {
      duration: patience,
      onTimeout: () => {
        const detail = `had no turn within ${Duration.format(patience)}`
        return new FetchFailed({ url: shown(url), reason: "timeout", detail })
      }
    })

/** Takes a free place, or stands in the line: in one step, for a place that is given back between two would be missed. */
const join = (line: Line): Turn => {
  const turn: Turn = { given: line.free > 0, go: undefined }
  if (turn.given) line.free -= 1
  else line.waiting.add(turn)
  return turn
}

/** Gives a place back: to who waits longest, if somebody does. */
const leave = (line: Line, turn: Turn): void => {
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

const come = (turn: Turn): Effect.Effect<void> =>
  Effect.async((resume) => {
    turn.go = () => resume(Effect.void)
    if (turn.given) turn.go()
  })

/** Runs it in a place of the line; `left` is called when the place has been given back. */
const through = <A, E, R>(
  lineOf: () => Line,
  url: URL,
  request: Effect.Effect<A, E, R>,
  left: (line: Line) => void
) =>
  Effect.uninterruptibleMask((restore) => {
    const line = lineOf()
    const turn = join(line)
    const inTurn = turn.given ? request : Effect.zipRight(inPatience(url)(come(turn)), request)
    return Effect.onExit(restore(inTurn), () =>
      Effect.sync(() => {
        leave(line, turn)
        left(line)
      })
    )
  })

/** When each host may be visited next, ms of the monotonic clock: setting the date keeps nobody waiting. */
type Visits = Map<string, number>

/**
 * Takes the host's next time for a visit, and keeps the one after it free for `gapMs`. A time that nobody would wait for is not taken: the
 * next would have to come after it, until all of them are too late.
 */
const reserve = (visits: Visits, host: string, gapMs: number, now: number): number => {
  for (const [other, at] of visits) if (at <= now) visits.delete(other)
  const at = Math.max(now, visits.get(host) ?? now)
  if (at - now < patienceMs) visits.set(host, at + gapMs)
  return at
}

const make = ({ perHost = 2, total = 32 }: PolitenessOptions) => {
  const all: Line = { free: total, waiting: new Set() }
  const hosts = new Map<string, Line>()
  const visits: Visits = new Map()
  const lineOf = (host: string): Line => {
    const known = hosts.get(host)
    if (known !== undefined) return known
    const made: Line = { free: perHost, waiting: new Set() }
    hosts.set(host, made)
    return made
  }
  return Politeness.of({
    visit: (url, gapMs) =>
      Effect.flatMap(monotonicMs, (now) => {
        const wait = Math.ceil(reserve(visits, url.hostname, gapMs, now) - now)
        return wait === 0 ? Effect.void : inPatience(url)(Effect.sleep(wait))
      }),
    within: (url, request) =>
      through(
        () => lineOf(url.hostname),
        url,
        through(
          () => all,
          url,
          request,
          () => undefined
        ),
        (line) => {
          if (line.free === perHost) hosts.delete(url.hostname)
        }
      ),
    hosts: Effect.sync(() => hosts.size)
  })
}

export class Politeness extends Context.Tag("oncecast/sources/Politeness")<
  Politeness,
  {
    /**
     * Runs a request to the URL's host when it is its turn; a request must end by itself (a time-out), for others wait behind it. Fails
     * when its turn does not come within 10 minutes.
     */
    readonly within: <A, E, R>(
      url: URL,
      request: Effect.Effect<A, E, R>
    ) => Effect.Effect<A, E | FetchFailed, R>
    /** Waits until the host may be visited again; the next visit has to wait for `gapMs` after this one. */
    readonly visit: (url: URL, gapMs: number) => Effect.Effect<void, FetchFailed>
    /** Hosts with requests under way or waiting. */
    readonly hosts: Effect.Effect<number>
  }
>() {
  static readonly layer = (options: PolitenessOptions = {}) => Layer.sync(Politeness, () => make(options))
}

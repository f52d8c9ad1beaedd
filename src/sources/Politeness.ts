// How many requests may be under way, and how many documents in work: a few requests per host, and a limit over all; and how far apart the
// visits to a site's pages are. One shared service, so that sources, redirects and images of one host count together. Promises: a host's turn
// is waited for before the global one, so a slow host never holds places that others could use; a document keeps its place until it is done
// with, so fetching never outruns admission; turns come in the order in which they were waited for; nobody waits for ever for a host; a
// host that nobody waits for is forgotten. A turn that is free costs next to nothing: most are.
import { Clock, Context, Duration, Effect, Layer } from "effect"
import { inLine, join, type Line, leave, makeLine, type Place, type Turn } from "../domain/Line.ts"
import { monotonicMs, monotonicMsOf } from "../domain/MonotonicTime.ts"
import { shown } from "./Address.ts"
import { makeWatch, type Watch } from "./Deadlines.ts"
import { FetchFailed } from "./FetchErrors.ts"

export interface PolitenessOptions {
  /** Requests under way to one host; default 2. */
  readonly perHost?: number
  /** To all hosts, default 32: documents from their request until they are done with, long ones besides, and other requests under way. */
  readonly total?: number
}

/** The longest wait for one turn. */
const patience = Duration.minutes(10)
const patienceMs = Duration.toMillis(patience)

const impatient = (url: URL): FetchFailed => {
  const detail = `had no turn within ${Duration.format(patience)}`
  return new FetchFailed({ url: shown(url), reason: "timeout", detail })
}

/**
 * Waits for a turn, but not longer than that unless it is `excused`. Under one watch for all: a time-out of its own is two fibers, and of
 * 10,000 feeds that are due at once nearly all wait.
 */
const comeInTime = (watch: Watch, url: URL, turn: Turn, excused: () => boolean) =>
  Clock.clockWith((clock) =>
    Effect.async<void, FetchFailed>((resume) => {
      let until = monotonicMsOf(clock) + patienceMs
      const at = () => {
        if (monotonicMsOf(clock) >= until && excused()) until += patienceMs
        return until
      }
      const done = watch({ at, cut: () => resume(Effect.fail(impatient(url))) })
      turn.go = () => {
        done()
        resume(Effect.void)
      }
      if (turn.given) turn.go()
      return Effect.sync(done)
    })
  )

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

const make = Effect.fnUntraced(function* ({ perHost = 2, total = 32 }: PolitenessOptions) {
  const watch = yield* makeWatch
  const [requests, documents, longDocuments] = [makeLine(total), makeLine(total), makeLine(total)]
  const hosts = new Map<string, Line>()
  const visits: Visits = new Map()
  const lineOf = (host: string): Line => {
    const known = hosts.get(host)
    if (known !== undefined) return known
    const made = makeLine(perHost)
    hosts.set(host, made)
    return made
  }
  /** Those before it may wait for the store, like everything else. */
  const excused = () => documents.waiting.size > 0
  const atHost = <A, E, R>(url: URL, request: Effect.Effect<A, E, R>) =>
    Effect.uninterruptibleMask((restore) => {
      const line = lineOf(url.hostname)
      const turn = join(line)
      const inTurn = turn.given ? request : Effect.zipRight(comeInTime(watch, url, turn, excused), request)
      return Effect.onExit(restore(inTurn), () =>
        Effect.sync(() => {
          leave(line, turn)
          if (line.free === perHost) hosts.delete(url.hostname)
        })
      )
    })
  return Politeness.of({
    visit: (url, gapMs) =>
      Effect.flatMap(monotonicMs, (now) => {
        const wait = Math.ceil(reserve(visits, url.hostname, gapMs, now) - now)
        const onTimeout = () => impatient(url)
        return wait === 0
          ? Effect.void
          : Effect.timeoutFail(Effect.sleep(wait), { duration: patience, onTimeout })
      }),
    within: (url, request) => atHost(url, inLine(requests)(request)),
    withinFor: (place, url, request) =>
      Effect.suspend(() => {
        place.giveBack()
        return atHost(url, Effect.zipRight(place.enter(documents), request))
      }),
    long: (place) => place.enter(longDocuments),
    hosts: Effect.sync(() => hosts.size)
  })
})

export class Politeness extends Context.Tag("oncecast/sources/Politeness")<
  Politeness,
  {
    /**
     * Runs a request to the URL's host when it is its turn; a request must end by itself (a time-out), for others wait behind it. Fails
     * when the host's turn does not come within 10 minutes, unless it is documents that all wait for.
     */
    readonly within: <A, E, R>(
      url: URL,
      request: Effect.Effect<A, E, R>
    ) => Effect.Effect<A, E | FetchFailed, R>
    /** The same for a document, in a place which it keeps when the request has ended: whoever has made it gives it back in the end. */
    readonly withinFor: <A, E, R>(
      place: Place,
      url: URL,
      request: Effect.Effect<A, E, R>
    ) => Effect.Effect<A, E | FetchFailed, R>
    /** A document that is not in memory goes on among its like, so that those which take long keep none of the others waiting. */
    readonly long: (place: Place) => Effect.Effect<void>
    /** Waits until the host may be visited again; the next visit has to wait for `gapMs` after this one. */
    readonly visit: (url: URL, gapMs: number) => Effect.Effect<void, FetchFailed>
    /** Hosts with requests under way or waiting. */
    readonly hosts: Effect.Effect<number>
  }
>() {
  static readonly layer = (options: PolitenessOptions = {}) => Layer.scoped(Politeness, make(options))
}

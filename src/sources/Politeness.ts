// How many requests may be under way: a few per host, and a limit over all; and how far apart the visits to a site's pages are. One shared
// service, so that sources, redirects and images of one host count together. Promises: a host's turn is waited for before the global one,
// so a slow host never holds places that others could use; a host that nobody waits for is forgotten. Never refuses.
import { Clock, Context, Effect, Layer, RcMap, Scope } from "effect"

export interface PolitenessOptions {
  /** Requests under way to one host; default 2. */
  readonly perHost?: number
  /** Requests under way to all hosts; default 32. */
  readonly total?: number
}

/** When each host may be visited next, epoch ms. */
type Visits = Map<string, number>

/** Takes the host's next time for a visit, and keeps the one after it free for `gapMs`. */
const reserve = (visits: Visits, host: string, gapMs: number, now: number): number => {
  for (const [other, at] of visits) if (at <= now) visits.delete(other)
  const at = Math.max(now, visits.get(host) ?? now)
  visits.set(host, at + gapMs)
  return at
}

const make = Effect.fnUntraced(function* (options: PolitenessOptions) {
  const total = yield* Effect.makeSemaphore(options.total ?? 32)
  const hosts = yield* RcMap.make({
    lookup: (_host: string) => Effect.makeSemaphore(options.perHost ?? 2)
  })
  const visits: Visits = new Map()
  return Politeness.of({
    visit: (host, gapMs) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) => Effect.sleep(reserve(visits, host, gapMs, now) - now)),
    within: (host, request) =>
      Effect.scopedWith((scope) =>
        Effect.flatMap(RcMap.get(hosts, host).pipe(Effect.provideService(Scope.Scope, scope)), (turn) =>
          turn.withPermits(1)(total.withPermits(1)(request))
        )
      ),
    hosts: RcMap.keys(hosts).pipe(Effect.map((keys) => keys.length))
  })
})

export class Politeness extends Context.Tag("oncecast/sources/Politeness")<
  Politeness,
  {
    /** Runs a request to `host` when it is its turn; a request must end by itself (a time-out), for others wait behind it. */
    readonly within: <A, E, R>(host: string, request: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
    /** Waits until the host may be visited again; the next visit has to wait for `gapMs` after this one. */
    readonly visit: (host: string, gapMs: number) => Effect.Effect<void>
    /** Hosts with requests under way or waiting. */
    readonly hosts: Effect.Effect<number>
  }
>() {
  static readonly layer = (options: PolitenessOptions = {}) => Layer.scoped(Politeness, make(options))
}

// The network as sources and pictures see it. Enters: a URL, what is known of its last body, limits. Leaves: what is new there, or one typed
// error per reaction. Promises: an unchanged body is never parsed (304, or the same hash), a whole body is fetched at least every 24 h, no
// limit of size, time, address or politeness can be got around by a server, and no credential stands in an error or a log.
import { lookup as systemLookup } from "node:dns"
import type { LookupFunction } from "node:net"
import { tmpdir } from "node:os"
import { Clock, Context, Duration, Effect, Layer, Scope } from "effect"
import { Place } from "../domain/Line.ts"
import type { Cursor } from "../outbox/Intake.ts"
import { traced } from "../Spans.ts"
import { shown } from "./Address.ts"
import type { Body } from "./Body.ts"
import {
  acceptFeeds,
  askedFor,
  common,
  cursorFor,
  cursorOf,
  validators,
  withoutCredentials
} from "./Conditional.ts"
import { makeWatch } from "./Deadlines.ts"
import { type Answer, exchange, type Means } from "./Exchange.ts"
import { AddressRefused, type FetchError, FetchFailed } from "./FetchErrors.ts"
import { maxAgeMs } from "./Freshness.ts"
import { Politeness } from "./Politeness.ts"
import { type AskSite, siteRules } from "./SiteRules.ts"
import { heldBytes, keep, sweep } from "./Spool.ts"
import { makeTransport } from "./Transport.ts"

export interface FetchRequest {
  /** May hold credentials (`https://user:password@host/`), which are sent as a header. */
  readonly url: string
  readonly cursor: Cursor
  /** How the body is read: a cursor of what was read otherwise means nothing. */
  readonly reading?: string
  /** Of the decoded body. */
  readonly maxBytes: number
  readonly allowPrivate: boolean
  /** For everything, to the last byte of a body of ordinary size; a larger one gets more, as it comes in. Default 15 s. */
  readonly timeout?: Duration.DurationInput
  /** Default: feeds first, then anything. */
  readonly accept?: string
  /** Waits for the host's turn to be visited, and has the next visit wait so long after it. */
  readonly gapMs?: number
}

export interface BytesRequest {
  readonly url: string
  /** Default 10 MB. */
  readonly maxBytes?: number
  readonly accept?: string
  readonly allowPrivate?: boolean
  /** Also bounds the wait for a turn at the host; default 15 s. */
  readonly timeout?: Duration.DurationInput
}

export interface Hints {
  /** How long the answer stays good by its own word, ms, at most 24 h. */
  readonly maxAgeMs?: number
  /** Where the source has moved for good, shown form; the catalog should name it. */
  readonly permanentUrl?: string
}

export type Fetched =
  | ({ readonly _tag: "NotModified" } & Hints)
  /** The same bytes as last time; the cursor has newer validators. */
  | ({ readonly _tag: "Unchanged"; readonly cursor: Cursor } & Hints)
  /** Save the cursor only with what was made of the body. */
  | ({ readonly _tag: "Document"; readonly body: Body; readonly cursor: Cursor } & Hints)

/** What an answer says besides its body. */
export const hintsIn = ({ maxAgeMs, permanentUrl }: Hints): Hints => ({
  ...(maxAgeMs === undefined ? {} : { maxAgeMs }),
  ...(permanentUrl === undefined ? {} : { permanentUrl })
})

export interface FetcherOptions {
  /** Who asks, and where a webmaster can read about it: "Oncecast/1.0 (+https://…)". */
  readonly userAgent: string
  /** How host names are resolved; default the system's way. */
  readonly lookup?: LookupFunction
  /** Where large bodies are kept while they are read; default the system's folder for such files. */
  readonly folder?: string
}

/** 10 MB: what Telegram takes as a photo. @source https://core.telegram.org/bots/api#sendphoto, read 2026-11-24. */
const maxPictureBytes = 10_000_000
const defaultTimeout = Duration.seconds(15)

const parsed = (url: string): Effect.Effect<URL, AddressRefused> =>
  Effect.try({
    try: () => new URL(url),
    catch: () => new AddressRefused({ url: shown(url), detail: "cannot be fetched", private: false })
  })

const hintsOf = (answer: Omit<Answer, "received">, now: number): Hints => {
  const age = maxAgeMs(answer.headers, now)
  return {
    ...(age === undefined ? {} : { maxAgeMs: age }),
    ...(answer.movedForGood ? { permanentUrl: shown(answer.url) } : {})
  }
}

/** Whoever was not told what we have cannot know that it is the same. */
const unasked = (url: URL) =>
  new FetchFailed({
    url: shown(url),
    reason: "status",
    detail: "says that it has not changed (304) to a request that did not ask"
  })

/** What a document that is fetched in this scope holds while it is worked on. */
const placeInScope = Effect.flatMap(Effect.scope, (scope) => {
  const place = new Place()
  return Effect.as(
    Scope.addFinalizer(
      scope,
      Effect.sync(() => place.giveBack())
    ),
    place
  )
})

const make = Effect.fnUntraced(function* (options: FetcherOptions) {
  const politeness = yield* Politeness
  const transport = yield* makeTransport(options.lookup ?? systemLookup)
  const means: Means = { transport, politeness, watch: yield* makeWatch }
  const folder = options.folder ?? tmpdir()
  yield* sweep(folder)

  const fetch = traced("Fetcher.fetch")(function* (request: FetchRequest) {
    const { url, own } = withoutCredentials(yield* parsed(request.url))
    if (request.gapMs !== undefined) yield* politeness.visit(url, request.gapMs)
    const asking = askedFor(url, request.reading)
    const known = cursorFor(asking, request.cursor)
    const sent = validators(known, yield* Clock.currentTimeMillis)
    const place = yield* placeInScope
    const { received, ...answer } = yield* exchange(means, {
      url,
      headers: common(options.userAgent, request.accept ?? acceptFeeds),
      own: { ...own, ...sent },
      maxBytes: request.maxBytes,
      allowPrivate: request.allowPrivate,
      timeoutMs: Duration.toMillis(request.timeout ?? defaultTimeout),
      kept: yield* keep(folder, heldBytes),
      knownHash: known.bodyHash,
      place
    })
    const body = received?.body
    if (body === undefined) place.giveBack()
    else if (body.size > heldBytes) yield* politeness.long(place)
    const now = yield* Clock.currentTimeMillis
    const hints = hintsOf(answer, now)
    const asked = answer.toldOwn && Object.keys(sent).length > 0
    if (received === undefined && !asked) return yield* unasked(answer.url)
    if (received === undefined) return { _tag: "NotModified" as const, ...hints }
    const cursor = cursorOf(asking, answer, received.hash, now)
    return body === undefined
      ? { _tag: "Unchanged" as const, cursor, ...hints }
      : { _tag: "Document" as const, body, cursor, ...hints }
  })

  const bytes = traced("Fetcher.bytes")(function* (request: BytesRequest) {
    const { url, own } = withoutCredentials(yield* parsed(request.url))
    const maxBytes = request.maxBytes ?? maxPictureBytes
    const timeout = request.timeout ?? defaultTimeout
    const detail = `was not complete after ${Duration.format(timeout)}`
    const answer = yield* exchange(means, {
      url,
      headers: common(options.userAgent, request.accept ?? "image/*, */*;q=0.5"),
      own,
      maxBytes,
      allowPrivate: request.allowPrivate ?? false,
      timeoutMs: Duration.toMillis(timeout),
      kept: yield* keep(folder, maxBytes)
    }).pipe(
      Effect.timeoutFail({
        duration: timeout,
        onTimeout: () => new FetchFailed({ url: shown(url), reason: "timeout", detail })
      })
    )
    // In memory, since all of it may be held.
    return answer.received?.body?.head ?? new Uint8Array()
  }, Effect.scoped)

  return Fetcher.of({ fetch, bytes, site: yield* siteRules(fetch) })
})

export class Fetcher extends Context.Tag("oncecast/sources/Fetcher")<
  Fetcher,
  {
    /**
     * Ends by itself, however long the queue and slow the server. A body is there as long as the scope is, and so is its place among the
     * documents in work: fetch nothing else in a scope that has a body, for that would wait for those that do the same.
     */
    readonly fetch: (request: FetchRequest) => Effect.Effect<Fetched, FetchError, Scope.Scope>
    /** What the site of a page permits to us; fails when that cannot be found out, and then it permits nothing for now. */
    readonly site: AskSite
    /** The bytes behind a URL (a picture to upload), under the same rules. */
    readonly bytes: (request: BytesRequest) => Effect.Effect<Uint8Array, FetchError>
  }
>() {
  static readonly layer = (options: FetcherOptions) => Layer.scoped(Fetcher, make(options))
}

// The network as one program sees it: the documents of scripted sources, told truly or not, and their pictures. Enters: a request. Leaves: what
// the real fetcher would make of the answer.

import { createHash } from "node:crypto"
import { Effect, Layer } from "effect"
import { blankPng } from "../sandbox/samples/Png.ts"
import { heldBody } from "../sources/Body.ts"
import { type FetchError, FetchFailed, FetchGone } from "../sources/FetchErrors.ts"
import { type BytesRequest, type Fetched, Fetcher, type FetchRequest } from "../sources/Fetcher.ts"
import { everythingAllowed } from "../sources/SiteRules.ts"
import type { Dice } from "./Dice.ts"
import type { Telling, Truth } from "./Truth.ts"
import type { Weather } from "./Weather.ts"

export interface Web {
  readonly truths: ReadonlyMap<string, Truth>
  readonly weather: Weather
  readonly dice: Dice
  readonly now: () => number
  readonly say: (what: string, data: Readonly<Record<string, unknown>>) => void
}

/** How long a server that does not answer is waited for. */
const timeoutMs = 15_000
const picture = blankPng(64, 64)

const sourceOf = (url: string): string => new URL(url).hostname.split(".")[0] ?? ""

/** What holds for a while: told wrongly by this source from time to time. */
interface Mood {
  guidScheme: number
  halfUntil: number
}

export const scriptedWeb = (web: Web): Layer.Layer<Fetcher> => {
  const moods = new Map<string, Mood>()
  const moodOf = (source: string): Mood => {
    const mood = moods.get(source) ?? { guidScheme: 0, halfUntil: 0 }
    moods.set(source, mood)
    return mood
  }
  return Layer.succeed(Fetcher, {
    fetch: (request) => Effect.suspend(() => answered(web, moodOf(sourceOf(request.url)), request)),
    bytes: (request) => Effect.suspend(() => pictured(web, request)),
    site: () => Effect.succeed(everythingAllowed)
  })
}

const failed = (url: string, reason: FetchFailed["reason"], detail: string, retryAfterMs?: number) =>
  new FetchFailed({ url, reason, detail, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) })

/** A failure of the whole request, if the weather has one. */
export const mishap = (weather: Weather, url: string): Effect.Effect<never, FetchError> | undefined => {
  if (weather.strikes("source-timeouts", 0.1, url) !== undefined) {
    const error = failed(url, "timeout", "did not answer within 15 s")
    return Effect.zipRight(Effect.sleep(timeoutMs), error)
  }
  const errors = weather.strikes("source-errors", 0.1, url)
  if (errors === undefined) return undefined
  return errors.pick<Effect.Effect<never, FetchError>>(
    failed(url, "server", "answered 500"),
    failed(url, "busy", "answered 503", errors.magnitude(1_000, 3_600_000)),
    failed(url, "busy", "answered 429", errors.magnitude(1_000, 600_000)),
    failed(url, "unreachable", "refused the connection"),
    failed(url, "truncated", "sent a body that is cut off"),
    new FetchGone({ url, status: 404 })
  )
}

const answered = (web: Web, mood: Mood, request: FetchRequest): Effect.Effect<Fetched, FetchError> =>
  Effect.gen(function* () {
    yield* Effect.sleep(web.dice.magnitude(10, 2_000))
    const bad = mishap(web.weather, request.url)
    if (bad !== undefined) return yield* bad
    const source = sourceOf(request.url)
    const truth = web.truths.get(source)
    if (truth === undefined) return yield* new FetchGone({ url: request.url, status: 404 })
    const text = spoiled(web, request.url, truth.document(web.now(), telling(web, mood, request.url)))
    const hash = createHash("sha1").update(text).digest("hex")
    const etag = `"${hash}"`
    web.say("fetch", { source, hash: hash.slice(0, 8), same: etag === request.cursor.etag })
    if (etag === request.cursor.etag) return { _tag: "NotModified" }
    return {
      _tag: "Document",
      body: heldBody(Buffer.from(text), { url: request.url, contentType: "application/rss+xml" }),
      cursor: { ...request.cursor, etag, bodyHash: hash, fetchedAt: Math.floor(web.now()) }
    }
  })

const telling = (web: Web, mood: Mood, url: string): Telling => {
  const { weather } = web
  if (weather.strikes("guid-churn", 0.03, url) !== undefined) mood.guidScheme += 1
  const vanishing = weather.strikes("vanishing-items", 0.05, url)
  if (vanishing !== undefined) mood.halfUntil = web.now() + vanishing.magnitude(600_000, 43_200_000)
  return {
    guidScheme: mood.guidScheme,
    half: !weather.isCalm && web.now() < mood.halfUntil,
    flapped: weather.strikes("price-flapping", 0.3, url) !== undefined
  }
}

const spoiled = ({ weather }: Web, url: string, text: string): string => {
  const garbage = weather.strikes("garbage", 0.05, url)
  if (garbage !== undefined) {
    return garbage.pick("<html><body>Just a moment…</body></html>", "", "\u0000\u0001\u0002", "{}", "<rss>")
  }
  const cut = weather.strikes("cut-off-documents", 0.05, url)
  if (cut !== undefined) return text.slice(0, cut.below(text.length))
  return weather.strikes("empty-documents", 0.05, url) === undefined
    ? text
    : text.replace(/<item>[\s\S]*<\/item>/, "")
}

const pictured = ({ weather, dice }: Web, { url }: BytesRequest) =>
  Effect.gen(function* () {
    yield* Effect.sleep(dice.magnitude(10, 2_000))
    if (weather.strikes("source-errors", 0.1, url) !== undefined) {
      return yield* failed(url, "server", "answered 500")
    }
    return picture
  })

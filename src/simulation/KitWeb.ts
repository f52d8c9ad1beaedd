// The network of a test of one's own: what each URL answers at which time. Enters: a request. Leaves: what the real fetcher would make of the
// answer. Promises: a URL that the script does not know is gone (404); of faults, those of the whole request strike, none that changes a body;
// a body comes in many pieces, cut without regard to its lines or characters, as from a network.
import { createHash } from "node:crypto"
import { Effect, Layer } from "effect"
import { blankPng } from "../sandbox/samples/Png.ts"
import { type About, type Body, heldBody } from "../sources/Body.ts"
import { type FetchError, FetchFailed, FetchGone } from "../sources/FetchErrors.ts"
import { type Fetched, Fetcher, type FetchRequest } from "../sources/Fetcher.ts"
import { everythingAllowed } from "../sources/SiteRules.ts"
import { mishap } from "./ScriptedWeb.ts"
import type { Weather } from "./Weather.ts"

/** What a URL answers; a text alone is a 200 of that text. */
export type Answer =
  | string
  | {
      readonly text: string
      readonly status?: number
      readonly contentType?: string
      /** Before it answers, in milliseconds. */
      readonly delayMs?: number
    }

/** What a URL answers at a time, in hours since the world began; an `Answer` alone is for always. */
export type Script = Readonly<Record<string, Answer | ((hours: number) => Answer)>>

export interface KitWeb {
  readonly script: Script
  readonly weather: Weather
  readonly startMs: number
  readonly now: () => number
}

/** Into so many pieces at the most; a prime, so that cuts do not keep to a document's rhythm. */
const pieces = 61

const cutBody = (bytes: Uint8Array, about: About): Body => {
  const size = Math.ceil(bytes.length / pieces)
  return { ...heldBody(bytes, about), part: (at) => Effect.succeed(bytes.subarray(at, at + size)) }
}

const picture = blankPng(64, 64)
const hourMs = 3_600_000

export const kitWeb = (web: KitWeb): Layer.Layer<Fetcher> =>
  Layer.succeed(Fetcher, {
    fetch: (request) => Effect.suspend(() => answered(web, request)),
    bytes: () => Effect.succeed(picture),
    site: () => Effect.succeed(everythingAllowed)
  })

const answered = (
  { script, weather, startMs, now }: KitWeb,
  { url, cursor }: FetchRequest
): Effect.Effect<Fetched, FetchError> =>
  Effect.gen(function* () {
    const bad = mishap(weather, url)
    if (bad !== undefined) return yield* bad
    const scripted = script[url] ?? { text: "", status: 404 }
    const given = typeof scripted === "function" ? scripted((now() - startMs) / hourMs) : scripted
    const {
      text,
      status = 200,
      contentType,
      delayMs = 100
    } = typeof given === "string" ? { text: given } : given
    yield* Effect.sleep(delayMs)
    if (status === 404 || status === 410) return yield* new FetchGone({ url, status })
    if (status !== 200) {
      return yield* new FetchFailed({ url, reason: "server", detail: `answered ${status}` })
    }
    const bodyHash = createHash("sha1").update(text).digest("hex")
    if (bodyHash === cursor.bodyHash) return { _tag: "NotModified" }
    const head = contentType === undefined ? { url } : { url, contentType }
    return {
      _tag: "Document",
      body: cutBody(Buffer.from(text), head),
      cursor: { ...cursor, bodyHash, fetchedAt: Math.floor(now()) }
    }
  })

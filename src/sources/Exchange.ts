// One GET with its redirects. Enters: a URL and headers. Leaves: the last answer, its body taken in. Promises: every hop
// passes the address guard and waits its turn at its host; credentials and validators never leave the first host, nor TLS; a body is
// cancelled at the limit; the time is a total over all hops and the body, more for a large one (waiting for a turn does not count).
import { Effect } from "effect"
import type { Place } from "../domain/Line.ts"
import { objection, shown } from "./Address.ts"
import { challengeIn } from "./Challenge.ts"
import type { Watch } from "./Deadlines.ts"
import { AddressRefused, type FetchError, FetchFailed, FetchRefused } from "./FetchErrors.ts"
import { type Arrived, hop, type Moved, type Refused } from "./Hop.ts"
import type { Politeness } from "./Politeness.ts"
import type { Kept } from "./Spool.ts"
import type { Transport } from "./Transport.ts"

export interface Call {
  readonly url: URL
  /** Sent to every host. */
  readonly headers: Readonly<Record<string, string>>
  /** Sent to the first host only: credentials, validators. */
  readonly own: Readonly<Record<string, string>>
  /** Of the body in any of its forms. */
  readonly maxBytes: number
  readonly allowPrivate: boolean
  /** For a body of ordinary size (`allowanceMs`). */
  readonly timeoutMs: number
  /** Where the body is put. */
  readonly kept: Kept
  /** Of the body that is known. */
  readonly knownHash?: string | undefined
  /** Of a document: held among all from the last hop until it is given back. */
  readonly place?: Place
}

/** What calls are made with. */
export interface Means {
  readonly transport: Transport
  readonly politeness: typeof Politeness.Service
  readonly watch: Watch
}

/** What the last hop gave. */
export interface Answer extends Arrived {
  /** Whether there were redirects, and all of them permanent. */
  readonly movedForGood: boolean
  /** Whether it was sent what is for the first host only. */
  readonly toldOwn: boolean
}

export const maxRedirects = 5

const follow = (url: URL, moved: Moved): URL | FetchFailed => {
  if (moved.location === undefined || !URL.canParse(moved.location, url.href)) {
    return new FetchFailed({ url: shown(url), reason: "redirects", detail: "redirects to no valid address" })
  }
  const next = new URL(moved.location, url)
  // What a server writes into its redirect are not our credentials; a fragment would be sent.
  next.username = next.password = next.hash = ""
  return next
}

/** Whether what belongs to `from`'s server may also be told to `to`'s. */
export const sameServer = (from: URL, to: URL): boolean =>
  from.host === to.host && !(from.protocol === "https:" && to.protocol === "http:")

/** A refusal may be a challenge, which its page tells. */
const refusal = ({ refused, page, url, status, about }: Refused): Effect.Effect<never, FetchError> => {
  if (page === undefined) return Effect.fail(refused)
  return Effect.flatMap(challengeIn(page, about), (found) => {
    if (found === undefined) return Effect.fail(refused)
    const detail = `answered ${status} with ${found}`
    return new FetchRefused({ url: shown(url), detail, challenge: true })
  })
}

/** Performs a call. */
export const exchange = Effect.fnUntraced(function* (
  { transport, politeness, watch }: Means,
  call: Call
): Effect.fn.Return<Answer, FetchError> {
  const ask = call.allowPrivate ? transport.open : transport.guarded
  let { url, own, timeoutMs: left } = call
  let [permanent, toldOwn] = [true, true]
  for (let hops = 0; hops <= maxRedirects; hops++) {
    const detail = objection(url, call.allowPrivate)
    if (detail !== undefined) {
      const isHttp = url.protocol.startsWith("http")
      return yield* new AddressRefused({ url: shown(url), detail, private: isHttp })
    }
    const request = hop({ ask, watch, ...call, url, headers: { ...call.headers, ...own } }, left)
    const { tookMs, step } = yield* call.place === undefined
      ? politeness.within(url, request)
      : politeness.withinFor(call.place, url, request)
    if ("received" in step) return { ...step, movedForGood: hops > 0 && permanent, toldOwn }
    if ("refused" in step) return yield* refusal(step)
    const next = follow(url, step)
    if (!(next instanceof URL)) return yield* next
    left -= tookMs
    permanent &&= step.permanent
    toldOwn &&= sameServer(url, next)
    own = toldOwn ? own : {}
    url = next
  }
  const detail = `redirects more than ${maxRedirects} times`
  return yield* new FetchFailed({ url: shown(call.url), reason: "redirects", detail })
})

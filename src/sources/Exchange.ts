// One GET with its redirects. Enters: a URL and headers. Leaves: the last answer, its body taken in. Promises: every hop
// passes the address guard and waits its turn at its host; credentials and validators never leave the first host, nor TLS; a body is
// cancelled at the limit; the time is a total over all hops and the body, more for a large one (waiting for a turn does not count).
import { Clock, Duration, Effect } from "effect"
import { objection, shown } from "./Address.ts"
import { challengeBehind } from "./Challenge.ts"
import { AddressRefused, type FetchError, FetchFailed, FetchRefused } from "./FetchErrors.ts"
import type { Politeness } from "./Politeness.ts"
import { type Incoming, inTime, type Received, receive } from "./Receiving.ts"
import type { Kept } from "./Spool.ts"
import type { Answered, Ask, Transport } from "./Transport.ts"
import { judge } from "./Verdicts.ts"

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
}

export interface Answer {
  /** Of the last hop. */
  readonly url: URL
  /** 2xx or 304. */
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Absent for a 304. */
  readonly received: Received | undefined
  /** Whether there were redirects, and all of them permanent. */
  readonly movedForGood: boolean
}

interface Moved {
  readonly location: string | undefined
  readonly permanent: boolean
}

export const maxRedirects = 5

const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

/** What is known of the bytes that have come in. */
interface Progress {
  bytes: number
}

/** The parts as they come, counted. */
async function* counted(url: URL, { body }: Answered, progress: Progress): AsyncGenerator<Uint8Array> {
  try {
    for await (const part of body) {
      progress.bytes += part.length
      yield part
    }
  } catch {
    throw new FetchFailed({ url: shown(url), reason: "truncated", detail: "broke off its answer" })
  }
}

const incoming = (url: URL, answer: Answered, progress: Progress): Incoming => {
  const contentType = answer.headers["content-type"]
  return {
    about: { url: url.href, ...(contentType === undefined ? {} : { contentType }) },
    contentEncoding: answer.headers["content-encoding"],
    parts: counted(url, answer, progress)
  }
}

const hop = Effect.fnUntraced(function* (
  ask: Ask,
  url: URL,
  headers: Readonly<Record<string, string>>,
  { maxBytes, kept }: Call,
  progress: Progress
) {
  const response = yield* ask(url, headers)
  const { status } = response
  if (redirects.has(status)) {
    const moved: Moved = {
      location: response.headers["location"],
      permanent: status === 301 || status === 308
    }
    return moved
  }
  const error = judge(url, status, response.headers, yield* Clock.currentTimeMillis)
  if (error !== undefined) {
    const found = yield* challengeBehind(status, incoming(url, response, progress), kept)
    if (found === undefined) return yield* error
    const detail = `answered ${status} with ${found}`
    return yield* new FetchRefused({ url: shown(url), detail, challenge: true })
  }
  const received =
    status === 304 ? undefined : yield* receive(incoming(url, response, progress), maxBytes, kept)
  const answered: Omit<Answer, "movedForGood"> = { url, status, headers: response.headers, received }
  return answered
}, Effect.scoped)

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

/** Performs a call. */
export const exchange = Effect.fnUntraced(function* (
  transport: Transport,
  politeness: typeof Politeness.Service,
  call: Call
): Effect.fn.Return<Answer, FetchError> {
  const ask = call.allowPrivate ? transport.open : transport.guarded
  let { url, own, timeoutMs: left } = call
  let permanent = true
  for (let hops = 0; hops <= maxRedirects; hops++) {
    const detail = objection(url, call.allowPrivate)
    if (detail !== undefined) {
      const isHttp = url.protocol.startsWith("http")
      return yield* new AddressRefused({ url: shown(url), detail, private: isHttp })
    }
    const seconds = Duration.format(Duration.millis(call.timeoutMs))
    const [at, late] = [url, `was not complete after ${seconds}`]
    const tooLate = () => new FetchFailed({ url: shown(at), reason: "timeout", detail: late })
    const progress: Progress = { bytes: 0 }
    const [took, step] = yield* hop(ask, url, { ...call.headers, ...own }, call, progress).pipe(
      Effect.timed,
      (request) => inTime(request, left, () => progress.bytes, tooLate),
      (request) => politeness.within(url.hostname, request)
    )
    if ("received" in step) return { ...step, movedForGood: hops > 0 && permanent }
    const next = follow(url, step)
    if (!(next instanceof URL)) return yield* next
    left -= Duration.toMillis(took)
    permanent &&= step.permanent
    own = sameServer(url, next) ? own : {}
    url = next
  }
  const detail = `redirects more than ${maxRedirects} times`
  return yield* new FetchFailed({ url: shown(call.url), reason: "redirects", detail })
})

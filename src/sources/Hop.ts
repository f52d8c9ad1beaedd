// One request of a GET and what comes back, as one promise: every step of Effect between request and last byte would cost a poll that finds
// nothing new. Enters: a URL and headers. Leaves: a whole answer, where it leads to, or a refusal. Promises: it ends in its time, which is
// longer for a body that keeps coming; an interruption cuts it off; nothing of a connection is left behind.
import { Clock, Duration, Effect } from "effect"
import { monotonicMsOf } from "../domain/MonotonicTime.ts"
import { shown } from "./Address.ts"
import type { About } from "./Body.ts"
import { guardedBytes, mayChallenge } from "./Challenge.ts"
import type { Watch } from "./Deadlines.ts"
import { type FetchError, FetchFailed, isFetchError } from "./FetchErrors.ts"
import { allowanceMs, type Incoming, type Received, receive } from "./Receiving.ts"
import type { Kept } from "./Spool.ts"
import { type Answered, type Ask, leave } from "./Transport.ts"
import { judge } from "./Verdicts.ts"

/** What one request is made of. */
export interface Request {
  readonly ask: Ask
  readonly watch: Watch
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  /** Of the body in any of its forms. */
  readonly maxBytes: number
  /** As it is told when it is late. */
  readonly timeoutMs: number
  /** Where the body is put. */
  readonly kept: Kept
  /** Of the body that is known. */
  readonly knownHash?: string | undefined
}

/** A whole answer. */
export interface Arrived {
  readonly url: URL
  /** 2xx or 304. */
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Absent for a 304. */
  readonly received: Received | undefined
}

export interface Moved {
  readonly location: string | undefined
  readonly permanent: boolean
}

export interface Refused {
  readonly refused: NonNullable<ReturnType<typeof judge>>
  readonly url: URL
  readonly status: number
  readonly about: About
  /** What stands on it, where that tells more. */
  readonly page: Uint8Array | undefined
}

type Step = Arrived | Moved | Refused

const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

/** How long the page of a refusal may take to come in, ms. */
const pagePatienceMs = 3_000

/** What goes on while a request is under way. */
interface Progress {
  /** Of the body, so far. */
  bytes: number
  readonly signal: AbortSignal
  /** Monotonic, ms. */
  readonly now: () => number
  /** The date, epoch ms. */
  readonly date: () => number
}

const incoming = (url: URL, answer: Answered, progress: Progress): Incoming => {
  const contentType = answer.headers["content-type"]
  return {
    about: { url: url.href, ...(contentType === undefined ? {} : { contentType }) },
    contentEncoding: answer.headers["content-encoding"],
    body: answer.body,
    arrived: (bytes) => {
      progress.bytes += bytes
    }
  }
}

/** The page of a refusal, if it is one that may tell more and comes in soon. */
const pageOf = async ({ url, watch, kept }: Request, answer: Answered, progress: Progress) => {
  if (!mayChallenge(answer.status, answer.headers["content-type"])) return undefined
  const until = progress.now() + pagePatienceMs
  const done = watch({ at: () => until, cut: () => answer.body.destroy() })
  try {
    const { body } = await receive(incoming(url, answer, progress), guardedBytes, kept, progress.signal)
    return body?.head
  } catch {
    // The refusal stands without it.
    return undefined
  } finally {
    done()
  }
}

const taken = async (request: Request, answer: Answered, progress: Progress): Promise<Step> => {
  const { url, maxBytes, kept, knownHash } = request
  const { status, headers } = answer
  if (redirects.has(status)) {
    return { location: headers["location"], permanent: status === 301 || status === 308 }
  }
  const refused = judge(url, status, headers, progress.date())
  if (refused !== undefined) {
    const { about } = incoming(url, answer, progress)
    return { refused, url, status, about, page: await pageOf(request, answer, progress) }
  }
  const received =
    status === 304
      ? undefined
      : await receive(incoming(url, answer, progress), maxBytes, kept, progress.signal, knownHash)
  return { url, status, headers, received }
}

const perform = async (request: Request, progress: Progress): Promise<Step> => {
  const answer = await request.ask(request.url, request.headers, progress.signal)
  try {
    return await taken(request, answer, progress)
  } finally {
    leave(answer)
  }
}

const tooLate = ({ url, timeoutMs }: Request): FetchFailed => {
  const detail = `was not complete after ${Duration.format(Duration.millis(timeoutMs))}`
  return new FetchFailed({ url: shown(url), reason: "timeout", detail })
}

/** Performs a request, which may take `left` ms for a body of ordinary size (`allowanceMs`). Tells how long it took. */
export const hop = (
  request: Request,
  left: number
): Effect.Effect<{ readonly step: Step; readonly tookMs: number }, FetchError> =>
  Effect.flatMap(Clock.clockWith(Effect.succeed), (clock) =>
    Effect.async((resume) => {
      const stop = new AbortController()
      const now = () => monotonicMsOf(clock)
      const date = () => clock.unsafeCurrentTimeMillis()
      const start = now()
      const progress: Progress = { bytes: 0, signal: stop.signal, now, date }
      const done = request.watch({
        at: () => start + left + allowanceMs(progress.bytes),
        cut: () => {
          resume(Effect.fail(tooLate(request)))
          stop.abort()
        }
      })
      perform(request, progress).then(
        (step) => {
          done()
          resume(Effect.succeed({ step, tookMs: now() - start }))
        },
        (cause) => {
          done()
          resume(isFetchError(cause) ? Effect.fail(cause) : Effect.die(cause))
        }
      )
      return Effect.sync(() => {
        done()
        stop.abort()
      })
    })
  )

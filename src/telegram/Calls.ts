// One call to the Bot API (grammY's `Api`, our own transport). Promises: one HTTP request per call and never a second; an interrupted call
// has no socket left; nothing that leaves this file, in words or as a cause, holds the token.
import { Duration, Effect, Fiber, FiberRef, Redacted, Schema } from "effect"
import { Api } from "grammy"
import { botApiFetch } from "./BotApiFetch.ts"
import { observe } from "./Observe.ts"
import { mayCall } from "./Permission.ts"
import { type Exchange, exchange } from "./SendHttp.ts"
import { type CallError, type TelegramError, TelegramUnreachable } from "./Telegram.ts"
import { isOfToken, type MethodClass, verdict } from "./Verdict.ts"

export interface BotApiOptions {
  readonly token: Redacted.Redacted
  /** Where the Bot API is served, without a trailing slash. Default https://api.telegram.org. */
  readonly apiRoot?: string
  /**
   * How long an answer may take. Default 120 s: the server sits out flood waits of up to 60 s and then still carries the call out, so
   * a shorter wait only makes unknown outcomes.
   * @source reference/telegram-bot-api.md §1.2 (hidden waits) and §5.1
   */
  readonly timeout?: Duration.DurationInput
  /** How long a connection may take; nothing has been sent by then. Default 15 s. */
  readonly connectTimeout?: Duration.DurationInput
  /** What carries a call; a simulation has its own. Default: a connection for each. */
  readonly exchange?: Exchange
}

export interface Calls {
  /** A call that makes something new each time it is carried out: its failure may be unknown. */
  readonly send: <A>(method: string, request: (api: Api) => Promise<A>) => Effect.Effect<A, TelegramError>
  /** A call that may simply be repeated. */
  readonly repeatable: <A>(method: string, request: (api: Api) => Promise<A>) => Effect.Effect<A, CallError>
}

/** An `Api` per call: what ends one request ends no other. */
export const makeCalls = (options: BotApiOptions): Calls => {
  const token = Redacted.value(options.token)
  const timeout = Duration.decode(options.timeout ?? "120 seconds")
  const connectTimeoutMs = Duration.toMillis(options.connectTimeout ?? "15 seconds")
  const apiFor = (end: AbortSignal, mayGo: () => boolean) =>
    new Api(token, {
      ...(options.apiRoot === undefined ? {} : { apiRoot: options.apiRoot }),
      fetch: botApiFetch({ connectTimeoutMs, end, mayGo, exchange: options.exchange ?? exchange }),
      // Our own clock ends a call, so that its socket can say how far it got; grammY's must never be first.
      timeoutSeconds: Duration.toSeconds(timeout) * 2 + 60
    })
  // Whether the last answer has shown it. A token that was refused before refuses what comes after without carrying it out.
  let knownToken = false
  const observed = (error: unknown, before: boolean) => {
    const seen = observe(error, token)
    if (seen._tag !== "Answered" || !isOfToken(seen)) return seen
    knownToken = false
    return { ...seen, knownToken: before }
  }
  const call = Effect.fnUntraced(function* <A>(
    method: string,
    kind: MethodClass,
    request: (api: Api) => Promise<A>
  ) {
    const end = new AbortController()
    const mayGo = yield* FiberRef.get(mayCall)
    const abort = Effect.sync(() => end.abort())
    // Interruptible where the caller is not, or the end of the call would wait for its own deadline. A daemon, for an interruption of the caller
    // reaches its children at once: in a region that waits for the answer nevertheless, nothing would be left to end a call that has none.
    const deadline = yield* Effect.forkDaemon(
      Effect.interruptible(Effect.zipRight(Effect.sleep(timeout), abort))
    )
    const before = knownToken
    return yield* Effect.tryPromise({
      try: () => request(apiFor(end.signal, mayGo)),
      catch: (error) => verdict(method, kind, observed(error, before))
    }).pipe(
      Effect.tap(() => {
        knownToken = true
      }),
      Effect.onInterrupt(() => abort),
      // Not waited for: it does nothing any more, and its end would be two turns of the event loop for each call.
      Effect.ensuring(Fiber.interruptAsFork(deadline, deadline.id()))
    )
  })
  return {
    send: (method, request) => call(method, "send", request),
    repeatable: (method, request) =>
      // The verdict on a repeatable call is never "unknown"; the types cannot say so.
      Effect.catchTag(call(method, "repeatable", request), "TelegramUnknown", ({ detail }) =>
        Effect.fail(new TelegramUnreachable({ method, detail }))
      )
  }
}

/** Reads what a call answered; an answer of another shape counts as a call that broke off. */
export const decoded =
  <A, I>(method: string, schema: Schema.Schema<A, I>) =>
  (answer: unknown): Effect.Effect<A, CallError> =>
    Effect.mapError(
      Schema.decodeUnknown(schema)(answer),
      () => new TelegramUnreachable({ method, detail: "the answer does not have the expected form" })
    )

/** Succeeds for a refusal that says that it is so already. */
export const orDoneAlready =
  (text: string) =>
  <A>(call: Effect.Effect<A, CallError>): Effect.Effect<void, CallError> =>
    Effect.asVoid(call).pipe(
      Effect.catchTag("TelegramRefused", (error) =>
        error.description.toLowerCase().includes(text) ? Effect.void : Effect.fail(error)
      )
    )

/** How every text of ours is marked up. */
export const html = { parse_mode: "HTML" as const }

/** Ids go as numbers: as text only names are documented. */
export const chatOf = (chat: string): string | number => (/^-?\d{1,15}$/.test(chat) ? Number(chat) : chat)

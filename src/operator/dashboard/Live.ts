// Tells open pages that something has changed: a page that hears it looks again at itself. One watch for all of them; a text that says only
// "look" cannot tell a page anything that it would not show.
// @source https://html.spec.whatwg.org/multipage/server-sent-events.html (2026-11-26)
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { Clock, Effect, PubSub, Ref, Stream } from "effect"
import { Views } from "../../outbox/Views.ts"

const watchMs = 500
/** Waits and states that are not written anywhere change as well. */
const atLeastEveryMs = 5_000
/** Each holds a connection open. */
const viewers = 200

const beat = new TextEncoder().encode("event: look\ndata: 1\n\n")

/** Runs until its scope closes; `view` is the response for one viewer. */
export const live = Effect.gen(function* () {
  const views = yield* Views
  const beats = yield* PubSub.sliding<Uint8Array>(1)
  const watching = yield* Ref.make(0)
  let seen = { pulse: "", at: 0 }
  const watch = Effect.gen(function* () {
    yield* Effect.sleep(watchMs)
    if ((yield* Ref.get(watching)) === 0) return
    const [pulse, now] = yield* Effect.all([views.pulse, Clock.currentTimeMillis])
    if (pulse === seen.pulse && now - seen.at < atLeastEveryMs) return
    seen = { pulse, at: now }
    yield* PubSub.publish(beats, beat)
  }).pipe(
    // Whoever does more than look says so.
    Effect.catchTag("StorageFailed", (error) => Effect.logDebug("could not look for changes", error))
  )
  yield* Effect.forkScoped(Effect.forever(watch))
  // In one step: of pages that open together none may count the others too late. Left with the request, whose scope lasts as long as its answer.
  const enter = Effect.acquireRelease(
    Ref.modify(watching, (count) => (count < viewers ? [true, count + 1] : [false, count])),
    (entered) => (entered ? Ref.update(watching, (count) => count - 1) : Effect.void)
  )
  const heard = Stream.concat(Stream.succeed(beat), Stream.fromPubSub(beats))
  const view = Effect.map(enter, (entered) =>
    entered
      ? HttpServerResponse.stream(heard, {
          contentType: "text/event-stream",
          headers: { "cache-control": "no-store", "x-accel-buffering": "no" }
        })
      : HttpServerResponse.text("Too many open pages.", { status: 503 })
  )
  return { view }
})

// Reads a body through the reader of its kind. Enters: a body, the kind. Leaves: the items of each part as they come, at the end what the
// document was. Promises: one part of the body and the items of a piece of it in memory at a time; timers run whenever some ms have passed,
// and it can be interrupted there.
import { Clock, Effect, Either, Fiber, Runtime } from "effect"
import type { Item } from "../domain/Item.ts"
import { monotonicMs } from "../domain/MonotonicTime.ts"
import type { Source } from "../domain/Source.ts"
import { shown } from "./Address.ts"
import type { Body } from "./Body.ts"
import type { Blocked, DocumentFacts, DocumentReader, Head } from "./DocumentReader.ts"
import { FetchRefused } from "./FetchErrors.ts"
import { type SourceKind, Unreadable } from "./SourceKind.ts"

/** Opening is short by nature; this ends one that hangs all the same. */
const openCeiling = "1 minute"

// A reader is told the whole address, for relative links; nobody else should see it.
const unreadable = (body: Body, found: string) => new Unreadable({ url: shown(body.url), found })

const refused = (body: Body, found: string | Blocked) =>
  typeof found === "string"
    ? unreadable(body, found)
    : new FetchRefused({ url: shown(body.url), detail: `answers with ${found.found}`, challenge: true })

/**
 * An effect that is given up after `openCeiling`. One that is done at once, as nearly all are, pays for no watch: two fibers and a timer, and
 * what was read behind them outlives the garbage collector's first look, half of the time that a feed takes.
 */
const within = <A, E>(effect: Effect.Effect<A, E>, onTimeout: () => E): Effect.Effect<A, E> =>
  Effect.flatMap(Effect.runtime(), (runtime) =>
    Effect.uninterruptibleMask((restore) => {
      const fiber = Runtime.runFork(runtime)(Effect.exit(effect))
      const done = fiber.unsafePoll()
      if (done !== null) return Effect.flatten(done)
      const joined = Effect.flatten(Fiber.join(fiber))
      return Effect.ensuring(
        restore(Effect.timeoutFail(joined, { duration: openCeiling, onTimeout })),
        Fiber.interruptFork(fiber)
      )
    })
  )

const open = Effect.fnUntraced(function* (kind: SourceKind, body: Body, source: Source) {
  const { contentType, head: bytes, url } = body
  const now = yield* Clock.currentTimeMillis
  const head: Head = { bytes, url, now, ...(contentType === undefined ? {} : { contentType }) }
  const opening = Effect.mapError(kind.open(head, source), ({ found }) => unreadable(body, found))
  return yield* within(opening, () => unreadable(body, `not begun to be read within ${openCeiling}`))
})

/** What a reader is given at a time: so little that even code that is not compiled yet is through with it in a few ms. */
const pieceBytes = 16_384

/** How long reading and taking in may hold the event loop between two pauses, ms. */
const holdMs = 8

/** Feeds the body until its end, or until the reader is done; `take` is given what each piece completed. */
const feed = Effect.fnUntraced(function* <E, R>(
  body: Body,
  reader: DocumentReader,
  take: (items: ReadonlyArray<Item>) => Effect.Effect<void, E, R>
) {
  let paused = yield* monotonicMs
  for (let at = 0; !reader.done(); ) {
    const part = yield* body.part(at)
    if (part.length === 0) break
    at += part.length
    for (let from = 0; from < part.length && !reader.done(); from += pieceBytes) {
      const items = reader.write(part.subarray(from, from + pieceBytes))
      if (items.length > 0) yield* take(items)
      if ((yield* monotonicMs) - paused < holdMs) continue
      // `yieldNow` is a microtask, which timers and sockets wait for.
      yield* Effect.sleep(0)
      paused = yield* monotonicMs
    }
  }
  const items = reader.end()
  if (items.length > 0) yield* take(items)
})

/** Reads a body; `take` gets its items in order, as they come. */
export const reading = Effect.fnUntraced(function* <E, R>(
  kind: SourceKind,
  body: Body,
  source: Source,
  take: (items: ReadonlyArray<Item>) => Effect.Effect<void, E, R>
) {
  const reader = yield* open(kind, body, source)
  yield* feed(body, reader, take)
  return yield* Either.mapLeft(reader.facts(), (found) => refused(body, found))
})

export interface ReadDocument extends DocumentFacts {
  /** In the order of the document. */
  readonly items: ReadonlyArray<Item>
}

/** Reads a body that is small enough to be looked at whole. */
export const readWhole = Effect.fnUntraced(function* (kind: SourceKind, body: Body, source: Source) {
  const items: Array<Item> = []
  const facts = yield* reading(kind, body, source, (some) => Effect.sync(() => void items.push(...some)))
  return { ...facts, items } satisfies ReadDocument
})

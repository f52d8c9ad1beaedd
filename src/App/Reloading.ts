// Brings a changed catalog into force: when its file was written, on SIGHUP, and at once when somebody changed it here. One with mistakes is
// refused and the old one stays; why is told to whoever asks, until a good one comes.
import { isDeepStrictEqual } from "node:util"
import type { FileSystem } from "@effect/platform/FileSystem"
import { Deferred, Effect, Layer, LogLevel, Option, Queue, Ref, Stream } from "effect"
import type { Catalog } from "../config/Catalog.ts"
import { CatalogEditing } from "../config/CatalogEditing.ts"
import { catalogChanges } from "../config/CatalogSource.ts"
import type { Millis } from "../domain/Names.ts"
import { CatalogCommands } from "../operator/CatalogCommands.ts"
import { shownText } from "../operator/Secrets.ts"
import { difference, type Reloaded } from "../Pipeline/Difference.ts"
import { checkWords } from "../publisher/rendering/ShortTemplate.ts"
import { checkTemplate } from "../publisher/rendering/Template.ts"
import { readCatalog, type Setting } from "./Setting.ts"

/** What there is to say of it: names of children, none where there are none. */
const summary = ({ replaced: restarted, started, stopped }: Reloaded) =>
  Object.fromEntries(
    Object.entries({ started, restarted, stopped }).flatMap(([what, children]) =>
      children.length === 0 ? [] : [[what, children.join(" ")]]
    )
  )

export interface Reloading {
  readonly current: Effect.Effect<Catalog>
  /** Why the file as it stands now is not in force, without secrets; none when it is. */
  readonly refused: Effect.Effect<Option.Option<string>>
  /** Has it read again now; one sentence on what came of it. */
  readonly now: Effect.Effect<string>
  /** Reads it again whenever it may have changed, and when it is asked to; for ever. */
  readonly follow: (
    apply: (catalog: Catalog) => Effect.Effect<Reloaded>
  ) => Effect.Effect<void, never, FileSystem>
}

/** Who hears what came of it. */
type Told = (said: string) => Effect.Effect<unknown>

/** A channel that starts anew waits first for the outcome of its send. */
const patience = "15 seconds"

/** `first`: as it was read at `readAt` or later. */
export const reloading = (setting: Setting, first: Catalog, readAt: Millis) =>
  Effect.gen(function* () {
    const current = yield* Ref.make(first)
    const refused = yield* Ref.make(Option.none<string>())
    // One fiber applies, whoever asks: one that hangs up leaves nothing half done.
    const asked = yield* Queue.unbounded<Deferred.Deferred<string>>()
    const reload = (apply: (catalog: Catalog) => Effect.Effect<Reloaded>) =>
      Effect.gen(function* () {
        const catalog = yield* readCatalog(setting)
        const wasRefused = Option.isSome(yield* Ref.getAndSet(refused, Option.none()))
        // Who changes it here has it read at once, and its file is seen to change as well.
        if (isDeepStrictEqual(catalog, yield* Ref.getAndSet(current, catalog))) {
          const level = wasRefused ? LogLevel.Info : LogLevel.Debug
          yield* Effect.logWithLevel(level, "The catalog's file says the same as the catalog in force")
        } else {
          const done = yield* apply(catalog)
          yield* Effect.logInfo("catalog applied").pipe(Effect.annotateLogs(summary(done)))
        }
        return "The service goes by it."
      }).pipe(Effect.catchTag("ConfigInvalid", ({ message }) => refuse(shownText(message))))
    const refuse = Effect.fnUntraced(function* (message: string) {
      yield* Ref.set(refused, Option.some(message))
      yield* Effect.logError(`The changed catalog is refused, the old one stays in force:\n${message}`)
      return `The service refuses it and goes on by the one before: ${message}`
    })
    return {
      current: Ref.get(current),
      refused: Ref.get(refused),
      now: Effect.gen(function* () {
        const answer = yield* Deferred.make<string>()
        yield* Queue.offer(asked, answer)
        return yield* Deferred.await(answer)
      }).pipe(
        Effect.timeout(patience),
        Effect.orElseSucceed(() => "The service is still taking it over; its log says when it goes by it.")
      ),
      follow: (apply) =>
        Stream.merge(
          Stream.map(catalogChanges(setting.catalogPath, readAt), (): Told => () => Effect.void),
          Stream.map(
            Stream.fromQueue(asked),
            (answer): Told =>
              (said) =>
                Deferred.succeed(answer, said)
          )
        ).pipe(Stream.runForEach((told) => Effect.flatMap(reload(apply), told)))
    } satisfies Reloading
  })

/** The catalog's commands of a service that goes by its file. */
export const catalogCommands = (setting: Setting, { current, now }: Pick<Reloading, "current" | "now">) =>
  CatalogCommands.layer({ current, concerned: difference, takeOver: now }).pipe(
    Layer.provide(CatalogEditing.layer(setting.catalogPath, checkTemplate, checkWords))
  )

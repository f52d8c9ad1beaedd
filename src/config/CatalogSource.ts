// Reads the catalog from its file and says when it may have changed (the file was written or replaced, or SIGHUP came).
// Promises: a catalog that cannot be used is one error with all faults; the caller keeps the one it has.
import { readFileSync, statSync } from "node:fs"
import { basename, dirname, isAbsolute, normalize, resolve, sep } from "node:path"
import * as FileSystem from "@effect/platform/FileSystem"
import { Effect, Either, Option, Stream } from "effect"
import type { Millis } from "../domain/Names.ts"
import { type Catalog, decodeCatalog } from "./Catalog.ts"
import type { ReadTemplate } from "./CatalogCheck.ts"
import { ConfigInvalid } from "./ConfigInvalid.ts"
import type { CheckWords } from "./WordsRules.ts"

/** Judges a template's text: none when it is good, else the line (from 1) and what is wrong. */
export type CheckTemplate = (
  text: string
) => Option.Option<{ readonly line: number; readonly message: string }>

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EISDIR: "is a folder, not a file",
  EFBIG: "is larger than 16 MB, and so no catalog or template",
  EACCES: "may not be read by this user",
  ERR_ENCODING_INVALID_ENCODED_DATA: "is not a text in UTF-8"
}

const reasonOf = (cause: unknown): string =>
  (cause instanceof Error && "code" in cause ? reasons[String(cause.code)] : undefined) ??
  `cannot be read (${String(cause)})`

/** Some 100,000 sources; whoever puts another file in the catalog's place is told so before the process stands still over it. */
const mostBytes = 16 * 1024 * 1024

/** Throws what `reasonOf` explains. */
const readText = (path: string): string => {
  const { size } = statSync(path)
  if (size > mostBytes) throw Object.assign(new Error(`${size} bytes`), { code: "EFBIG" })
  return new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(path))
}

/** Who may edit the catalog over HTTP must not read other files by it, such as `.env`. */
const isBeside = (path: string): boolean =>
  !isAbsolute(path) &&
  normalize(path)
    .split(sep)
    .every((part) => !part.startsWith("."))

const templatesOf =
  (folder: string, check: CheckTemplate): ReadTemplate =>
  (path) => {
    if (!isBeside(path)) {
      return Either.left({
        line: 0,
        message: "must be a file in the catalog's folder or below, with no dot in front"
      })
    }
    return Either.try({
      try: () => readText(resolve(folder, path)),
      catch: (cause) => ({ line: 0, message: reasonOf(cause) })
    }).pipe(
      Either.flatMap((text) =>
        Option.match(check(text), { onNone: () => Either.right(text), onSome: (fault) => Either.left(fault) })
      )
    )
  }

/** The catalog's text as it stands in the file. */
export const readCatalogText = (path: string): Either.Either<string, ConfigInvalid> =>
  Either.try({
    try: () => readText(path),
    catch: (cause) => new ConfigInvalid({ faults: [{ file: path, line: 0, message: reasonOf(cause) }] })
  })

/** The catalog that `text` would be in the file at `path`: template paths are relative to its folder. */
export const decodeCatalogAt = (path: string, text: string, check: CheckTemplate, words: CheckWords) =>
  decodeCatalog(path, text, templatesOf(dirname(path), check), words)

export const loadCatalog = (
  path: string,
  check: CheckTemplate,
  words: CheckWords
): Effect.Effect<Catalog, ConfigInvalid> =>
  Effect.suspend(() =>
    Either.flatMap(readCatalogText(path), (text) => decodeCatalogAt(path, text, check, words))
  )

/** By then it is. */
const watchedAfter = "300 millis"

/** Some file systems keep times in steps of 2 s. */
const mtimeStepMs = 2_000

const hangUps = Stream.async<void>((emit) => {
  const onHangUp = () => void emit.single(undefined)
  process.on("SIGHUP", onHangUp)
  return Effect.sync(() => process.off("SIGHUP", onHangUp))
})

/** One element when the file may have been written between `since` and the moment from which it is watched. */
const unseen = (path: string, since: Millis) =>
  Stream.fromEffect(
    Effect.delay(
      Effect.try(() => statSync(path).mtimeMs),
      watchedAfter
    )
  ).pipe(
    Stream.filter((written) => written > since - mtimeStepMs),
    Stream.map(() => undefined),
    // Why it cannot be looked at is what reading it says.
    Stream.orElseSucceed(() => undefined)
  )

/**
 * What Kubernetes mounts from a ConfigMap are links that lead through this one, which it swaps: they themselves never change.
 * @source https://pkg.go.dev/k8s.io/kubernetes/pkg/volume/util#AtomicWriter
 */
const swappedLink = "..data"

const isOfCatalog = (written: string, path: string): boolean =>
  [basename(path), swappedLink].includes(basename(written)) || written.endsWith(".liquid")

/**
 * One element each time the catalog should be read again, which it was at `since`. The folder is watched, not the file: editors and volume mounts replace files.
 * Where watching is not possible, SIGHUP still works.
 */
export const catalogChanges = (
  path: string,
  since: Millis
): Stream.Stream<void, never, FileSystem.FileSystem> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const files = yield* FileSystem.FileSystem
      const written = files.watch(dirname(resolve(path))).pipe(
        Stream.filter((event) => isOfCatalog(event.path, path)),
        Stream.map(() => undefined),
        Stream.catchAll((cause) =>
          Stream.fromEffect(
            Effect.logWarning("The catalog's folder cannot be watched; send SIGHUP after a change", cause)
          ).pipe(Stream.drain)
        )
      )
      return Stream.mergeAll([written, hangUps, unseen(path, since)], { concurrency: "unbounded" }).pipe(
        Stream.debounce("300 millis")
      )
    })
  )

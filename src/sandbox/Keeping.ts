// An emulator that outlives its process: its state in a directory, read at the start and written soon after each change and at the end (E23).
// Promises: the file on disk is whole at any moment; one that cannot be read is put aside, said and replaced. A kill may cost the last moment.
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import { Duration, Effect, Option, Schema, Stream } from "effect"
import { traced } from "../Spans.ts"
import type { EmulatorShape } from "./Emulator.ts"
import { Snapshot } from "./Snapshot.ts"

const SnapshotJson = Schema.parseJson(Snapshot)
const pauseBeforeWriting = Duration.millis(100)

/** Loads what `directory` holds, and keeps it up to date until the scope closes. */
export const keepIn = traced("Sandbox.keepIn")(function* (
  { control, changes }: EmulatorShape,
  directory: string
) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const stateFile = path.join(directory, "sandbox.json")
  const filesDirectory = path.join(directory, "files")
  yield* fs.makeDirectory(filesDirectory, { recursive: true })

  const replace = (file: string, bytes: Uint8Array) =>
    fs.writeFile(`${file}.new`, bytes).pipe(Effect.zipRight(fs.rename(`${file}.new`, file)))

  const readFiles = (names: ReadonlyArray<string>) =>
    Effect.forEach(names, (name) =>
      Effect.map(
        Effect.option(fs.readFile(path.join(filesDirectory, name))),
        (bytes) => [name, bytes] as const
      )
    ).pipe(
      Effect.map(
        (found) =>
          new Map(
            found.flatMap(([name, bytes]) => (Option.isSome(bytes) ? [[name, bytes.value] as const] : []))
          )
      )
    )

  const restore = Effect.gen(function* () {
    if (!(yield* fs.exists(stateFile))) return
    const snapshot = yield* Schema.decode(SnapshotJson)(yield* fs.readFileString(stateFile))
    yield* control.load(snapshot, yield* readFiles(snapshot.files))
  }).pipe(
    Effect.catchTag("ParseError", () =>
      Effect.logWarning(
        "The sandbox's state cannot be read; it begins empty, the old file is put aside"
      ).pipe(
        Effect.annotateLogs({ file: `${stateFile}.unreadable` }),
        Effect.zipRight(fs.rename(stateFile, `${stateFile}.unreadable`))
      )
    )
  )

  /** Pictures first, then the state that names them, then away with what it no longer names. */
  const save = Effect.gen(function* () {
    const snapshot = yield* control.dump
    const present = yield* fs.readDirectory(filesDirectory)
    for (const name of snapshot.files.filter((file) => !present.includes(file))) {
      const bytes = yield* Effect.option(control.file(name))
      if (Option.isSome(bytes)) yield* replace(path.join(filesDirectory, name), bytes.value)
    }
    // A snapshot is plain JSON already; encoding it by its schema would hold the event loop for much longer.
    yield* replace(stateFile, Buffer.from(JSON.stringify(snapshot)))
    for (const name of present.filter((file) => !snapshot.files.includes(file))) {
      yield* fs.remove(path.join(filesDirectory, name), { force: true })
    }
  }).pipe(
    Effect.catchAll((cause) =>
      Effect.logWarning("The sandbox's state could not be written").pipe(Effect.annotateLogs({ cause }))
    )
  )

  yield* restore
  yield* Effect.addFinalizer(() => save)
  yield* changes.pipe(
    Stream.runForEach(() => Effect.delay(save, pauseBeforeWriting)),
    Effect.forkScoped
  )
  // The subscription must stand before the first change.
  yield* Effect.yieldNow()
})

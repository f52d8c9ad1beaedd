// Where bodies are kept until they are read: in memory up to a bound, a larger one in a file. Promises: a file has no name from the moment
// it is there, so no crash leaves it behind; it is gone with the scope that the body was fetched in; a disk that is full fails this one
// body. Never keeps more than the bound of a body in memory.
import { mkdirSync, readdirSync, rmSync } from "node:fs"
import { type FileHandle, open, unlink } from "node:fs/promises"
import { join } from "node:path"
import { Effect, Scope } from "effect"
import { shown } from "./Address.ts"
import { type About, type Body, heldBody, partBytes } from "./Body.ts"
import { FetchFailed } from "./FetchErrors.ts"

/** A larger body goes to the disk. */
export const heldBytes = 4_000_000

/** What of a body on the disk is at hand at once. */
const headBytes = 262_144

const leftover = /^oncecast-\d+-\d+\.body$/

/** Removes what a crash in the moment between opening and unlinking has left in `folder`, which is created if need be. */
export const sweep = (folder: string): Effect.Effect<void> =>
  Effect.try(() => {
    mkdirSync(folder, { recursive: true })
    for (const name of readdirSync(folder))
      if (leftover.test(name)) rmSync(join(folder, name), { force: true })
  }).pipe(
    // A folder that cannot be used shows itself to the first body that needs it.
    Effect.catchAll(({ cause }) => Effect.logDebug("could not look for leftover bodies", cause))
  )

const codeOf = (cause: unknown): string =>
  cause instanceof Error && "code" in cause ? String(cause.code) : "no code"

let opened = 0

/** A new file that nobody else can open, and that is gone when it is closed. */
const nameless = async (folder: string): Promise<FileHandle> => {
  for (;;) {
    opened += 1
    const path = join(folder, `oncecast-${process.pid}-${opened}.body`)
    try {
      const file = await open(path, "wx+")
      await unlink(path)
      return file
    } catch (cause) {
      // Another process of the same number, in another container on the same disk.
      if (codeOf(cause) !== "EEXIST") throw cause
    }
  }
}

const fileBody = (file: FileHandle, size: number, head: Uint8Array, about: About): Body => {
  // One for all parts: a new one for each is memory that only a full collection gives back.
  const buffer = Buffer.allocUnsafe(partBytes)
  return {
    ...about,
    size,
    head,
    part: (at) =>
      Effect.tryPromise({
        try: async () => buffer.subarray(0, (await file.read(buffer, 0, partBytes, at)).bytesRead),
        catch: (cause) => diskFailure(about.url, cause)
      })
  }
}

/** What it means that a body could not be kept or read again. */
export const diskFailure = (url: string, cause: unknown): FetchFailed => {
  const code = codeOf(cause)
  const full = code === "ENOSPC" || code === "EDQUOT"
  const detail = full
    ? "is too large for the space that is left on the disk"
    : `could not be kept on the disk (${code})`
  return new FetchFailed({ url: shown(url), reason: "disk", detail })
}

/** A body that is coming in. */
export class Kept {
  size = 0
  private readonly folder: string
  private readonly most: number
  private parts: Array<Uint8Array> = []
  private file: FileHandle | undefined
  private closed = false

  constructor(folder: string, most: number) {
    this.folder = folder
    this.most = most
  }

  /** Undefined when there is nothing to wait for, as with most bodies. */
  add(part: Uint8Array): Promise<void> | undefined {
    if (this.closed) return undefined
    this.size += part.length
    if (this.file !== undefined) return this.file.appendFile(part)
    this.parts.push(part)
    return this.size <= this.most ? undefined : this.spill()
  }

  private async spill(): Promise<void> {
    const file = await nameless(this.folder)
    const parts = this.parts
    this.parts = []
    // Called off while the file was opened: nobody would close it, and newer Node.js versions end a process that forgets one.
    if (this.closed) return file.close()
    this.file = file
    // One by one: together they would be in memory twice.
    for (const one of parts) await file.appendFile(one)
  }

  async body(about: About): Promise<Body> {
    if (this.file === undefined) return heldBody(Buffer.concat(this.parts, this.size), about)
    const { buffer, bytesRead } = await this.file.read(Buffer.allocUnsafe(headBytes), 0, headBytes, 0)
    return fileBody(this.file, this.size, buffer.subarray(0, bytesRead), about)
  }

  /** Keeps nothing more; undefined when there is nothing to wait for. */
  close(): Promise<void> | undefined {
    this.closed = true
    return this.file?.close()
  }
}

/**
 * A place for one body, as long as the scope lives. `most`: bytes of it that may be in memory. The scope is told of it directly:
 * `acquireRelease` carries the fiber's references over to its finalizer, which costs as much as everything else here.
 */
export const keep = (folder: string, most: number): Effect.Effect<Kept, never, Scope.Scope> =>
  Effect.flatMap(Effect.scope, (scope) => {
    const kept = new Kept(folder, most)
    // A file that cannot be closed has no name and ends with the process.
    const close = Effect.suspend(() => {
      const closing = kept.close()
      return closing === undefined ? Effect.void : Effect.ignore(Effect.tryPromise(() => closing))
    })
    return Effect.as(Scope.addFinalizer(scope, close), kept)
  })

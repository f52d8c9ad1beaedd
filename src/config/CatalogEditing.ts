// Changes the catalog in its file: sources and channels come, change and go. Enters: edits. Leaves: the text before and after. Promises: only a
// catalog that can be used is written, whole or not at all (temporary file, sync, rename); comments and order stay; the version before is
// kept beside it as `….previous`; what somebody else wrote meanwhile is never overwritten. Never: makes a catalog where there is none.
import { createHash } from "node:crypto"
import {
  closeSync,
  copyFileSync,
  fchmodSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync
} from "node:fs"
import { Context, Effect, Either, Layer, Option, Schema } from "effect"
import { inLine, makeLine } from "../domain/Line.ts"
import { traced } from "../Spans.ts"
import type { Catalog } from "./Catalog.ts"
import { entriesIn } from "./CatalogEntries.ts"
import { type CheckTemplate, decodeCatalogAt, readCatalogText } from "./CatalogSource.ts"
import { type CatalogEdit, editedText } from "./CatalogText.ts"
import type { ConfigInvalid } from "./ConfigInvalid.ts"
import type { CheckWords } from "./WordsRules.ts"

/** The edits do not fit what is there; the caller chooses others. */
export class EditRefused extends Schema.TaggedError<EditRefused>("oncecast/config/EditRefused")(
  "EditRefused",
  {
    why: Schema.String
  }
) {
  override get message(): string {
    return `The catalog stays as it is: ${this.why}.`
  }
}

/** Somebody has written the file since it was read; the caller reads it again, looks and decides anew. */
export class CatalogChanged extends Schema.TaggedError<CatalogChanged>("oncecast/config/CatalogChanged")(
  "CatalogChanged",
  { path: Schema.String }
) {
  override get message(): string {
    return `${this.path} was changed by somebody else meanwhile; nothing was written. Look at it and try again.`
  }
}

/** The file or its folder cannot be written; a person must act. */
export class CatalogUnwritable extends Schema.TaggedError<CatalogUnwritable>(
  "oncecast/config/CatalogUnwritable"
)("CatalogUnwritable", { path: Schema.String, cause: Schema.Defect }) {
  override get message(): string {
    const code = this.cause instanceof Error && "code" in this.cause ? String(this.cause.code) : ""
    const advice =
      code === "EBUSY" || code === "EXDEV"
        ? "it is mounted as a single file; mount its folder"
        : code === "EROFS" || code === "EACCES" || code === "EPERM"
          ? "it or its folder may not be written by this user, or is mounted read-only"
          : code === "ENOSPC" || code === "EDQUOT"
            ? "the disk is full"
            : String(this.cause)
    return `${this.path} cannot be written: ${advice}. Nothing was changed.`
  }
}

/** The catalog's text, and by what one sees later whether it, and what an undo would bring back, is still the same. */
export interface CatalogText {
  readonly text: string
  readonly version: string
}

export interface EditedCatalog {
  readonly before: CatalogText
  readonly after: CatalogText
  /** What the new text means. */
  readonly catalog: Catalog
}

/** Edits, all or none; or the version before takes the place of this one, which is kept in its turn. */
export type CatalogChange = ReadonlyArray<CatalogEdit> | "undo"

const withVersion = (text: string, previous: string): CatalogText => ({
  text,
  version: createHash("sha256")
    .update(JSON.stringify([text, previous]))
    .digest("hex")
    .slice(0, 16)
})

/** Where the version before the last edit is kept. */
export const previousOf = (path: string): string => `${path}.previous`

/** The file itself where `path` is a link to it. */
const realpathIn = (path: string): string => {
  try {
    return realpathSync(path)
  } catch {
    return path // Whoever reads it says what is wrong.
  }
}

/** Every step can fail without the file having changed; the last one changes it whole. */
const replaceFile = (path: string, text: string): void => {
  const target = realpathSync(path)
  const previous = previousOf(target)
  const parts = [`${target}.new`, `${previous}.new`] as const
  const [fresh, kept] = parts
  try {
    writeSynced(fresh, text, statSync(target).mode)
    copyFileSync(target, kept)
    renameSync(kept, previous)
    renameSync(fresh, target)
  } catch (cause) {
    for (const part of parts) rmSync(part, { force: true })
    throw cause
  }
}

const writeSynced = (path: string, text: string, mode: number): void => {
  const file = openSync(path, "w")
  try {
    fchmodSync(file, mode)
    // To the end: one write alone may take a part of it and call that done, where the disk is nearly full.
    writeFileSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

export class CatalogEditing extends Context.Tag("oncecast/config/CatalogEditing")<
  CatalogEditing,
  {
    readonly read: Effect.Effect<CatalogText, ConfigInvalid>
    /** The text before the last change; none: there was no change yet, or it cannot be read. */
    readonly previous: Effect.Effect<Option.Option<string>>
    /** What the change would make of the catalog; writes nothing. */
    readonly plan: (change: CatalogChange) => Effect.Effect<EditedCatalog, ConfigInvalid | EditRefused>
    /** `version`: of the text that whoever decided has seen; any other one there now is refused. */
    readonly apply: (
      change: CatalogChange,
      version?: string
    ) => Effect.Effect<EditedCatalog, ConfigInvalid | EditRefused | CatalogChanged | CatalogUnwritable>
  }
>() {
  static readonly layer = (
    path: string,
    check: CheckTemplate,
    words: CheckWords
  ): Layer.Layer<CatalogEditing> => Layer.effect(CatalogEditing, make(path, check, words))
}

const make = Effect.fnUntraced(function* (path: string, check: CheckTemplate, words: CheckWords) {
  const one = makeLine(1)
  const previous = Effect.sync(() => Either.getRight(readCatalogText(previousOf(realpathIn(path)))))
  const read = Effect.flatMap(previous, (earlier) =>
    Either.map(readCatalogText(path), (text) =>
      withVersion(
        text,
        Option.getOrElse(earlier, () => "")
      )
    )
  )
  const textAfter = Effect.fnUntraced(function* (before: string, change: CatalogChange) {
    if (change === "undo") {
      const earlier = Option.filter(yield* previous, (text) => text !== before)
      return yield* Effect.mapError(earlier, () => new EditRefused({ why: "no other version was kept" }))
    }
    yield* decodeCatalogAt(path, before, check, words)
    const after = yield* Either.mapLeft(editedText(before, change), (why) => new EditRefused({ why }))
    const used = stillUsed(after, change)
    return used === undefined ? after : yield* new EditRefused({ why: used })
  })
  const plan = traced("CatalogEditing.plan")(function* (change: CatalogChange) {
    const before = yield* read
    const text = yield* textAfter(before.text, change)
    const catalog = yield* decodeCatalogAt(path, text, check, words)
    return { before, after: withVersion(text, before.text), catalog } satisfies EditedCatalog
  })
  const unchanged = Effect.fnUntraced(function* (version: string) {
    if ((yield* read).version !== version) return yield* new CatalogChanged({ path })
  })
  const apply = traced("CatalogEditing.apply")(function* (change: CatalogChange, version?: string) {
    if (version !== undefined) yield* unchanged(version)
    const edited = yield* plan(change)
    // Between this look and the rename lie microseconds: an editor that saves just then is the one loss, and its text is in `….previous`.
    yield* unchanged(edited.before.version)
    yield* Effect.try({
      try: () => replaceFile(path, edited.after.text),
      catch: (cause) => new CatalogUnwritable({ path, cause })
    })
    yield* Effect.logDebug("The catalog was edited").pipe(Effect.annotateLogs({ edits: told(change) }))
    return edited
  })
  return CatalogEditing.of({
    read,
    previous,
    plan,
    apply: (change, version) => inLine(one)(apply(change, version))
  })
})

/** Which sources still post to a channel that goes, and what to do; the mistakes that the text would have name only their places. */
const stillUsed = (after: string, edits: ReadonlyArray<CatalogEdit>): string | undefined => {
  const sources = [...entriesIn(after, "sources")]
  for (const { section, name, change } of edits) {
    if (section !== "channels" || change._tag !== "Remove") continue
    const users = sources.filter(([, { to }]) => Array.isArray(to) && to.includes(name)).map(([id]) => id)
    if (users.length === 0) continue
    return users.length === 1
      ? `the source ${users[0]} still posts to channel ${name}; first take it out of its "to", or remove it as well`
      : `the sources ${users.join(", ")} still post to channel ${name}; first take it out of their "to", or remove them as well`
  }
  return undefined
}

/** "Put sources.blog, Remove channels.old". */
export const told = (change: CatalogChange): string =>
  change === "undo"
    ? "undo"
    : change
        .map(({ section, name, change: { _tag } }) => `${_tag.toLowerCase()} ${section}.${name}`)
        .join(", ")

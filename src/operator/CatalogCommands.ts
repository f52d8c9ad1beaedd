// What an operator can do to the catalog, once for page, chat, API and command line: look, see what a change would do, make it. Promises: what is
// made is what was looked at (its version), stands in the audit log without secrets, and its answer says whether the service goes by it.
import { Clock, Context, Effect, Layer } from "effect"
import type { Catalog } from "../config/Catalog.ts"
import { type CatalogChange, CatalogChanged, CatalogEditing, told } from "../config/CatalogEditing.ts"
import type { StorageFailed } from "../domain/StorageFailed.ts"
import { Ledger } from "../outbox/Ledger.ts"
import { traced } from "../Spans.ts"
import { noting } from "./Audited.ts"
import { diffOf } from "./CatalogDiff.ts"
import { type Concerned, meaningOf } from "./CatalogMeaning.ts"
import { NotPossible } from "./NotDone.ts"
import { shownText, withoutSecrets } from "./Secrets.ts"

/** The catalog as it is written. Addresses in it may hold secrets: only for who may change it. */
export interface CatalogView {
  readonly text: string
  readonly version: string
  /** Whether an earlier version is kept that "undo" would bring back. */
  readonly undoable: boolean
}

/** What a change would do. */
export interface Proposal {
  /** Of the catalog that it changes: `apply` wants it. */
  readonly version: string
  /** As `diff -u` shows it; may hold secrets (`withoutSecrets`). */
  readonly diff: ReadonlyArray<string>
  /** Sentences. */
  readonly means: ReadonlyArray<string>
}

export interface CatalogOptions {
  /** By which the service goes now. */
  readonly current: Effect.Effect<Catalog>
  /** What becomes of the service's children between two catalogs. */
  readonly concerned: (before: Catalog, after: Catalog) => Concerned
  /** Has the service read its catalog again; one sentence on what came of it. */
  readonly takeOver: Effect.Effect<string>
}

export class CatalogCommands extends Context.Tag("oncecast/operator/CatalogCommands")<
  CatalogCommands,
  {
    readonly show: Effect.Effect<CatalogView, NotPossible>
    /** Writes nothing. NotPossible: one line for each mistake, with file, line and key. */
    readonly propose: (change: CatalogChange) => Effect.Effect<Proposal, NotPossible | StorageFailed>
    /** Makes it and answers with a sentence. CatalogChanged: the catalog is not of that version any more; propose it again. */
    readonly apply: (
      change: CatalogChange,
      version: string
    ) => Effect.Effect<string, NotPossible | CatalogChanged | StorageFailed>
  }
>() {
  static readonly layer = (options: CatalogOptions) => Layer.effect(CatalogCommands, make(options))
  /** Where no catalog file is in force. */
  static readonly layerNone = Layer.succeed(CatalogCommands, {
    show: notHere(),
    propose: notHere,
    apply: notHere
  })
}

function notHere() {
  return new NotPossible({
    what: "This is the demo, whose catalog is built in. Write oncecast.yaml (the README shows one), start anew, and change it here."
  })
}

/** Messages quote what is wrong, and stand in the audit log. */
const notPossible = ({ message }: Error) => new NotPossible({ what: shownText(message) })

const make = (options: CatalogOptions) =>
  Effect.gen(function* () {
    const editing = yield* CatalogEditing
    const ledger = yield* Ledger
    const noted = yield* noting

    const propose = traced("CatalogCommands.propose")(function* (change: CatalogChange) {
      const edited = yield* Effect.mapError(editing.plan(change), notPossible)
      const now = yield* Clock.currentTimeMillis
      const concerned = options.concerned(yield* options.current, edited.catalog)
      return {
        version: edited.before.version,
        diff: diffOf(edited),
        means: meaningOf(concerned, edited.catalog, yield* ledger.channels(now))
      } satisfies Proposal
    })

    const change = traced("CatalogCommands.apply")(function* (change: CatalogChange, version: string) {
      yield* editing
        .apply(change, version)
        .pipe(Effect.mapError((error) => (error instanceof CatalogChanged ? error : notPossible(error))))
      return `The catalog is written; the version before is kept. ${yield* options.takeOver}`
    })

    return CatalogCommands.of({
      show: Effect.gen(function* () {
        const { text, version } = yield* Effect.mapError(editing.read, notPossible)
        const previous = yield* editing.previous
        return { text, version, undoable: previous._tag === "Some" && previous.value !== text }
      }),
      propose,
      apply: (wanted, version) =>
        Effect.flatMap(
          Effect.match(editing.plan(wanted), {
            // Why it is refused stands in the answer.
            onFailure: () => [],
            onSuccess: (edited) => withoutSecrets(diffOf(edited))
          }),
          (lines) => noted("catalog", [told(wanted), ...lines].join("\n"), change(wanted, version))
        )
    })
  })

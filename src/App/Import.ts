// `oncecast import`: the feeds of another program become sources of the catalog. What is in them at first sight counts as seen, unless told
// otherwise. Says of each line that it could not take why; the rest is imported.
import { readFileSync } from "node:fs"
import { Console, Effect, Layer, type Option } from "effect"
import type { Catalog } from "../config/Catalog.ts"
import { CatalogEditing, previousOf } from "../config/CatalogEditing.ts"
import { CatalogCommands } from "../operator/CatalogCommands.ts"
import { diffOf } from "../operator/CatalogDiff.ts"
import { quietLogging } from "../operator/Logging.ts"
import { plain } from "../operator/Tables.ts"
import { checkWords } from "../publisher/rendering/ShortTemplate.ts"
import { checkTemplate } from "../publisher/rendering/Template.ts"
import { charsetOf } from "../sources/reading/Charset.ts"
import { decoder } from "../sources/reading/Decoder.ts"
import { withCatalog } from "./CatalogWords.ts"
import { CommandFailed } from "./Failure.ts"
import { type ImportPlan, importPlan } from "./importing/ImportPlan.ts"
import { type Remark, readSubscriptions, type Subscriptions } from "./importing/Subscriptions.ts"
import { store } from "./Layers.ts"
import { readCatalog, readSetting, type Setting } from "./Setting.ts"

export interface ImportOptions {
  readonly config: Option.Option<string>
  readonly to: Option.Option<string>
  readonly start: "none" | "all" | number
  /** Show what would change and change nothing. */
  readonly dryRun: boolean
}

const textOf = (file: string) =>
  Effect.gen(function* () {
    const bytes = yield* Effect.try({
      try: () => readFileSync(file),
      catch: (cause) => new CommandFailed({ sentence: `${file} cannot be read: ${String(cause)}` })
    })
    const text = decoder(yield* charsetOf(bytes, undefined))
    return text.write(bytes) + text.end()
  })

const channelNamed = (catalog: Catalog, to: Option.Option<string>) =>
  Effect.gen(function* () {
    if (to._tag === "None") return undefined
    const found = [...catalog.channels.keys()].find((id) => id === to.value)
    if (found !== undefined) return found
    const known = [...catalog.channels.keys()].join(", ")
    return yield* new CommandFailed({
      sentence: `There is no channel ${to.value} in the catalog; there are ${known}.`
    })
  })

const tell = (file: string, remarks: ReadonlyArray<Remark>) =>
  Effect.forEach(remarks, ({ line, message }) => Console.error(plain(`${file}:${line}: ${message}`)), {
    discard: true
  })

const summary = (read: Subscriptions, plan: ImportPlan, path: string, dryRun: boolean): string => {
  const skipped = plan.skipped.length === 0 ? "" : `; ${plan.skipped.length} already there`
  const count = `${plan.edits.length} ${plan.edits.length === 1 ? "source" : "sources"} from ${read.form}${skipped}`
  if (plan.edits.length === 0) return `${path} stays as it is: ${count}.`
  return dryRun
    ? `${path} would gain ${count}. Nothing was written.`
    : `${path} gained ${count}. The version before is ${previousOf(path)}.`
}

/** As every other change of the catalog: through the one place that notes it in the audit log. */
const made = ({ edits }: ImportPlan, setting: Setting) =>
  withCatalog(
    setting,
    Effect.flatMap(CatalogCommands, ({ apply, propose }) =>
      Effect.flatMap(propose(edits), ({ version }) => apply(edits, version))
    )
  ).pipe(Effect.provide(Layer.provideMerge(store(setting.database), quietLogging(setting.settings.logLevel))))

/** Touches no database. */
const shown = ({ edits }: ImportPlan, { catalogPath }: Setting) =>
  Effect.flatMap(CatalogEditing, ({ plan }) => plan(edits)).pipe(
    Effect.provide(CatalogEditing.layer(catalogPath, checkTemplate, checkWords)),
    Effect.flatMap((edited) => Console.log(diffOf(edited).map(plain).join("\n")))
  )

export const importList = (file: string, options: ImportOptions) =>
  Effect.gen(function* () {
    const setting = yield* readSetting(options.config)
    const catalog = yield* readCatalog(setting)
    const to = yield* channelNamed(catalog, options.to)
    const read = readSubscriptions(yield* textOf(file))
    const plan = importPlan(catalog, read.subscriptions, { to, start: options.start })
    const faults = [...read.faults, ...plan.faults].sort((one, other) => one.line - other.line)
    yield* tell(file, faults)
    yield* tell(file, [...plan.skipped, ...read.notes])
    if (plan.edits.length > 0) yield* options.dryRun ? shown(plan, setting) : made(plan, setting)
    yield* Console.log(summary(read, plan, setting.catalogPath, options.dryRun))
    if (faults.length > 0) {
      const lines = faults.length === 1 ? "One entry" : `${faults.length} entries`
      return yield* new CommandFailed({ sentence: `${lines} of ${file} could not be taken, as said above.` })
    }
  })

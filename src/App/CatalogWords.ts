// `oncecast catalog`: shows the catalog and changes it, as page, chat and API do; a running service takes it over by itself.
import { userInfo } from "node:os"
import { Console, Effect, Either, Option } from "effect"
import type { CatalogChange } from "../config/CatalogEditing.ts"
import { entryOf } from "../config/CatalogEntries.ts"
import type { CatalogEdit } from "../config/CatalogText.ts"
import { Actor } from "../operator/Audited.ts"
import { CatalogCommands } from "../operator/CatalogCommands.ts"
import { plain } from "../operator/Tables.ts"
import { WrongUsage } from "../operator/WrongUsage.ts"
import { askService, withStore } from "./Queries.ts"
import { catalogCommands } from "./Reloading.ts"
import { readCatalog, type Setting } from "./Setting.ts"

/** How often a running service is asked whether it goes by what was written, and how long apart. */
const questions = 10
const betweenThem = "300 millis"

/** It looks at the file by itself; only a refusal can be seen from here. */
const takenOver = (setting: Setting) =>
  Effect.gen(function* () {
    if (Option.isNone(yield* askService(setting))) return "No service runs here; the next start goes by it."
    for (let asked = 0; asked < questions; asked++) {
      yield* Effect.sleep(betweenThem)
      const refused = Option.flatMapNullable(yield* askService(setting), ({ catalog }) => catalog)
      if (Option.isSome(refused))
        return `The running service refuses it and goes on by the one before: ${refused.value}`
    }
    return "The running service goes by it."
  })

/** For programs that change the catalog of a setting from outside the service. */
export const withCatalog = <A, E, R>(setting: Setting, run: Effect.Effect<A, E, R>) => {
  const now = takenOver(setting)
  const layer = setting.catalogWritten
    ? catalogCommands(setting, { current: Effect.orDie(readCatalog(setting)), now })
    : CatalogCommands.layerNone
  return run.pipe(
    Effect.provideService(Actor, `${userInfo().username} on the command line`),
    Effect.provide(layer)
  )
}

const sections = { source: "sources", channel: "channels" } as const

/** "source/blog". */
const placeIn = (name: string): Effect.Effect<Pick<CatalogEdit, "section" | "name">, WrongUsage> => {
  const [, kind, rest = ""] = /^(source|channel)\/(.+)$/.exec(name) ?? []
  return kind === "source" || kind === "channel"
    ? Effect.succeed({ section: sections[kind], name: rest })
    : new WrongUsage({ sentence: `Say source/NAME or channel/NAME, not "${name}".` })
}

/** What is asked for; undefined: only to look. */
const changeIn = ({
  action,
  name,
  entry
}: CatalogWords): Effect.Effect<CatalogChange | undefined, WrongUsage> =>
  Effect.gen(function* () {
    if (action === "show") return undefined
    if (action === "undo") return "undo"
    const place = yield* placeIn(Option.getOrElse(name, () => ""))
    if (action === "remove") return [{ ...place, change: { _tag: "Remove" } }]
    const keys = yield* Either.mapLeft(
      entryOf(Option.getOrElse(entry, () => "")),
      (why) => new WrongUsage({ sentence: `The entry cannot be read, ${why}.` })
    )
    return [{ ...place, change: { _tag: "Put", entry: keys } }]
  })

export interface CatalogWords {
  readonly action: "show" | "put" | "remove" | "undo"
  readonly name: Option.Option<string>
  /** YAML. */
  readonly entry: Option.Option<string>
  /** Show what would change, and change nothing. */
  readonly dryRun: boolean
}

const carriedOut = (words: CatalogWords) =>
  Effect.gen(function* () {
    const change = yield* changeIn(words)
    const { apply, propose, show } = yield* CatalogCommands
    if (change === undefined) return yield* Console.log((yield* show).text.trimEnd())
    const { diff, means, version } = yield* propose(change)
    yield* Console.log([...diff, ...means].map(plain).join("\n"))
    yield* Console.log(words.dryRun ? "Nothing was written." : yield* apply(change, version))
  })

export const catalog = (words: CatalogWords) =>
  withStore((setting) => withCatalog(setting, carriedOut(words)))

// The public door ("oncecast/simulation") for tests of one's own source kinds and templates: the real service in virtual time, on a catalog and
// sources of the test's own. Enters: the catalog, what its URLs answer, which faults. Leaves: the channels as readers saw them, and the first
// promise that broke. Promises: the same options give the same result and trace; no network, no real time, nothing written.
import { Either, Option } from "effect"
import { kindsWith } from "../App/Reading.ts"
import { type Catalog, decodeCatalog } from "../config/Catalog.ts"
import type { SourceKindName } from "../domain/Source.ts"
import { checkTemplate } from "../publisher/rendering/Template.ts"
import { current, first, type Message, shownText } from "../sandbox/Messages.ts"
import { richText } from "../sandbox/page/RichText.ts"
import type { SourceKind } from "../sources/SourceKind.ts"
import type { Installation } from "./Installation.ts"
import { kitWeb, type Script } from "./KitWeb.ts"
import type { Broken } from "./Promises.ts"
import { type FaultName, faultNames, type Scenario } from "./Scenario.ts"
import type { SimulatedTelegram } from "./SimulatedTelegram.ts"
import { startMs } from "./Surroundings.ts"
import { simulate } from "./World.ts"

export type { Item } from "../domain/Item.ts"
export { overText, type TextReader } from "../sources/kinds/TextReader.ts"
export type { SourceKind } from "../sources/SourceKind.ts"
export type { Answer, Script } from "./KitWeb.ts"

export interface KitOptions {
  /** As `oncecast.yaml`. Each chat is "@name". */
  readonly catalog: string
  /** The templates that the catalog names: the text of each by its path. */
  readonly templates?: Readonly<Record<string, string>>
  /** Kinds that are read in the place of those that the catalog names so. */
  readonly kinds?: Partial<Readonly<Record<SourceKindName, SourceKind>>>
  /** What the sources' URLs answer. */
  readonly script: Script
  /** What goes wrong for as long as `hours` last; default nothing. Those that change documents never strike: the script says what is in them. */
  readonly faults?: "none" | "all" | ReadonlyArray<FaultName>
  /** Then faults end, and everything must come into order within a day. Default 6. */
  readonly hours?: number
  /** Default 1. */
  readonly seed?: number
}

/** A post as its readers saw it last. */
export interface SeenPost {
  readonly text: string
  readonly html: string
  readonly photo: boolean
  /** Milliseconds after the world began. */
  readonly at: number
  /** Somebody took it away: the bot, or another admin of the channel. */
  readonly gone: boolean
}

export interface Seen {
  /** By the channel's chat ("@deals"), oldest first. */
  readonly posts: Readonly<Record<string, ReadonlyArray<SeenPost>>>
  /** The first promise that did not hold. Posts are told apart by their texts: two items must not look the same. */
  readonly broken: Broken | undefined
  /** Every event. */
  readonly trace: ReadonlyArray<string>
}

const catalogOf = ({ catalog, templates = {} }: KitOptions): Catalog =>
  Either.getOrThrowWith(
    decodeCatalog("catalog", catalog, (path) => {
      const text = templates[path]
      if (text === undefined) return Either.left({ line: 0, message: "is not among the templates" })
      return Option.match(checkTemplate(text), {
        onNone: () => Either.right(text),
        onSome: (fault) => Either.left(fault)
      })
    }),
    (fault) => fault
  )

const installationOf = (catalog: Catalog): Installation => ({
  places: [...catalog.channels.values()].map((channel) => ({
    channel,
    username: channel.chat.replace(/^@/, ""),
    owner: Option.none(),
    group: Option.none()
  })),
  sources: [...catalog.sources.values()],
  witness: false,
  catalog
})

const scenarioOf = (
  { seed = 1, hours = 6, faults = "none" }: KitOptions,
  { places, sources }: Installation
): Scenario => ({
  ...{ seed, hours, sources: sources.length, channels: places.length },
  ...{ itemsPerDay: 1, pollMinutes: 1, instances: 1, weight: 1, lateness: "within-bound" },
  faults: faults === "none" ? [] : faults === "all" ? faultNames : faults
})

/** Runs the service on it. Rejects when the catalog is not valid. */
export const runWorld = async (options: KitOptions): Promise<Seen> => {
  const installation = installationOf(catalogOf(options))
  const trace: Array<string> = []
  let posts: Seen["posts"] = {}
  const outcome = await simulate(scenarioOf(options, installation), {
    own: { installation, web: (given) => kitWeb({ ...given, script: options.script }) },
    trace: (line) => void trace.push(line),
    alter: (edges) => ({ ...edges, kinds: kindsWith(options.kinds ?? {}) }),
    visit: (telegram) => {
      posts = postsIn(installation, telegram)
    }
  })
  return { posts, broken: Option.getOrUndefined(outcome.broken), trace }
}

/** The bot's own posts. */
const postsIn = ({ places }: Installation, telegram: SimulatedTelegram): Seen["posts"] =>
  Object.fromEntries(
    places.map(({ channel, username }) => [
      channel.chat,
      [...(telegram.chat(username)?.messages.values() ?? [])]
        .filter(({ author }) => author.kind === "bot")
        .map(asSeen)
    ])
  )

const asSeen = (message: Message): SeenPost => ({
  text: shownText(message).text,
  html: richText(shownText(message)).markup,
  photo: current(message).content.kind === "photo",
  at: first(message).at - startMs,
  gone: message.deleted !== undefined
})

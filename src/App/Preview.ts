// `oncecast preview`: what would be posted of a source or a URL right now, as it would look. Posts nothing, remembers nothing.
import * as FileSystem from "@effect/platform/FileSystem"
import { Clock, Console, Effect, Layer, Option } from "effect"
import type { Catalog } from "../config/Catalog.ts"
import type { Channel } from "../domain/Channel.ts"
import { ChannelId, SourceId } from "../domain/Names.ts"
import type { Source } from "../domain/Source.ts"
import type { HttpOptions } from "../operator/Http.ts"
import { quietLogging } from "../operator/Logging.ts"
import { count } from "../operator/Wording.ts"
import { newestFirst } from "../outbox/AgeOrder.ts"
import { passes } from "../outbox/Routing.ts"
import { compose } from "../publisher/Composing.ts"
import { Photos, photoOf } from "../publisher/Photos.ts"
import { wordsOf } from "../publisher/rendering/Words.ts"
import { Fetcher } from "../sources/Fetcher.ts"
import { demoCatalog } from "./DemoCatalog.ts"
import { fetchDocument, fetchUnknown } from "./Document.ts"
import { CommandFailed } from "./Failure.ts"
import { type Looked, pageOf, type Shown, terminalPreview } from "./PreviewForms.ts"
import { kinds, mayBePrivate, network, photos } from "./Reading.ts"
import { readCatalog, readSetting, type Setting } from "./Setting.ts"

/** More than a screen of posts helps nobody. */
const shownAtMost = 3

/** Items that are not taken, with the rule that keeps each out. */
const leftAtMost = 5

const isUrl = (text: string) => /^https?:\/\//i.test(text) && URL.canParse(text)

/** A URL that no catalog names is read like a feed that goes to an article channel. */
const bare = demoCatalog("http://127.0.0.1/", "http://127.0.0.1/")

const bareChannel = (): Channel => {
  const [channel] = bare.channels.values()
  if (channel === undefined) throw new Error("the demo catalog has no channel")
  return { ...channel, id: ChannelId.make("preview") }
}

/** What is looked at, and how it is read. */
interface Target {
  readonly source: Source
  readonly read: typeof fetchDocument | typeof fetchUnknown
}

/** A source by its name or address; another address as the sample source would read it, or as a page. */
export const sourceOf = (
  catalog: Option.Option<Catalog>,
  target: string
): Effect.Effect<Target, CommandFailed> => {
  const sources = Option.match(catalog, { onNone: () => [], onSome: ({ sources }) => [...sources.values()] })
  const named = sources.find((source) => source.id === target || source.url === target)
  if (named !== undefined) return Effect.succeed({ source: named, read: fetchDocument })
  const [sample] = bare.sources.values()
  if (isUrl(target) && sample !== undefined) {
    const allowPrivate = Option.exists(catalog, (known) => mayBePrivate(known, target))
    const source = { ...sample, id: SourceId.make("preview"), url: target, where: {}, allowPrivate }
    return Effect.succeed({ source, read: fetchUnknown })
  }
  const known = sources.map((source) => source.id).join(", ")
  return new CommandFailed({
    sentence: `"${target}" is neither a URL nor a source of the catalog (${known}).`
  })
}

/** The named channel; else the source's first, or one like the demo's. */
export const channelOf = (
  catalog: Option.Option<Catalog>,
  source: Source,
  wanted: Option.Option<string>
): Effect.Effect<Channel, CommandFailed> => {
  const channels = Option.match(catalog, {
    onNone: () => [],
    onSome: ({ channels }) => [...channels.values()]
  })
  if (Option.isNone(wanted)) {
    return Effect.succeed(channels.find((channel) => channel.id === source.to[0]) ?? bareChannel())
  }
  const named = channels.find((channel) => channel.id === wanted.value)
  if (named !== undefined) return Effect.succeed(named)
  const known = channels.map((channel) => channel.id).join(", ")
  return new CommandFailed({ sentence: `There is no channel "${wanted.value}" in the catalog (${known}).` })
}

/** A picture for a post; none where it cannot be had. */
export const load = (url: string) =>
  Effect.gen(function* () {
    const photos = yield* Photos
    return yield* photos.load(url).pipe(
      Effect.flatMap((bytes) => photoOf(url, bytes)),
      Effect.tapError((error) => Console.error(error.message)),
      Effect.option
    )
  })

/** How a source's items are worded in a channel. */
export const words = (source: Source, channel: Channel) => wordsOf(channel, new Map([[source.id, source]]))

interface Found extends Looked {
  readonly items: number
  readonly passing: number
}

/** What of a source would be posted into a channel. */
export const look = ({ read, source }: Target, channel: Channel) =>
  Effect.gen(function* () {
    const document = yield* read(source)
    const { of } = yield* words(source, channel)
    const at = yield* Clock.currentTimeMillis
    const newest = newestFirst(
      document.items.map((item) => ({ item })),
      at
    ).flatMap((index) => document.items[index] ?? [])
    const judged = newest.map((item) => ({ item, passage: passes(source.where, item) }))
    const passing = judged.filter(({ passage }) => passage === "pass")
    const posts: Array<Shown> = []
    for (const [ordinal, { item }] of passing.slice(0, shownAtMost).entries()) {
      const { template, subject } = of({ source: source.id, item, event: "new", ordinal })
      const manner = { silent: channel.silent, photos: channel.photos }
      posts.push({ ...(yield* compose(template, subject, manner, load)), look: template.path })
    }
    return {
      title: channel.id,
      items: document.items.length,
      passing: passing.length,
      summary:
        `${source.id}: ${count(document.items.length, "item")}, ${passing.length} pass the filter of the route to ${channel.id}` +
        (passing.length > shownAtMost ? `; the newest ${shownAtMost} would look like this` : ""),
      posts,
      left: judged
        .flatMap(({ item, passage }) =>
          passage === "pass" ? [] : [`not taken: ${item.title || (item.link ?? "")} (${passage.rule})`]
        )
        .slice(0, leftAtMost),
      at
    } satisfies Found
  })

const writePage = (file: string, looked: Looked) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    yield* files
      .writeFileString(file, pageOf(looked))
      .pipe(
        Effect.mapError(
          (cause) => new CommandFailed({ sentence: `${file} cannot be written (${cause.message}).` })
        )
      )
    yield* Console.log(`The page is in ${file}.`)
  })

/** The same for the dashboard, of a source of the catalog and into its first channel. */
export const pagePreview =
  (current: Effect.Effect<Catalog>, fetcher: typeof Fetcher.Service): HttpOptions["preview"] =>
  (source) =>
    Effect.gen(function* () {
      const channel = yield* channelOf(Option.some(yield* current), source, Option.none())
      const { items, passing, posts } = yield* look({ source, read: fetchDocument }, channel)
      return { channel: channel.id, items, passing, posts: posts.map(({ post }) => post) }
    }).pipe(
      Effect.provide(
        Layer.merge(photos(current), kinds).pipe(Layer.provideMerge(Layer.succeed(Fetcher, fetcher)))
      )
    )

/** None where nobody has written a catalog: a URL can be previewed without. */
const catalogOf = (setting: Setting) =>
  setting.catalogWritten
    ? Effect.map(readCatalog(setting), Option.some)
    : Effect.succeed(Option.none<Catalog>())

/** `page`: the file into which the posts are drawn as readers see them. */
export const preview = (target: string, wanted: Option.Option<string>, page: Option.Option<string>) =>
  Effect.gen(function* () {
    const setting = yield* readSetting(Option.none())
    const catalog = yield* catalogOf(setting)
    const found = yield* sourceOf(catalog, target)
    const channel = yield* channelOf(catalog, found.source, wanted)
    const current = Effect.succeed(Option.getOrElse(catalog, () => bare))
    const looked = yield* look(found, channel).pipe(
      Effect.provide(
        Layer.mergeAll(photos(current), kinds).pipe(
          Layer.provideMerge(network()),
          Layer.provideMerge(quietLogging(setting.settings.logLevel))
        )
      )
    )
    yield* Console.log(terminalPreview(looked))
    if (Option.isSome(page)) yield* writePage(page.value, looked)
  })

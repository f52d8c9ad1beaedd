// `oncecast preview`: what would be posted of a source or a URL right now, as it would look. Posts nothing, remembers nothing.
import { Clock, Console, Effect, Layer, Option } from "effect"
import type { Catalog } from "../config/Catalog.ts"
import type { Channel } from "../domain/Channel.ts"
import type { Item } from "../domain/Item.ts"
import { ChannelId, SourceId } from "../domain/Names.ts"
import type { Source } from "../domain/Source.ts"
import type { HttpOptions } from "../operator/Http.ts"
import { quietLogging } from "../operator/Logging.ts"
import { postText } from "../operator/PostText.ts"
import { plain } from "../operator/Tables.ts"
import { newestFirst } from "../outbox/AgeOrder.ts"
import { passes } from "../outbox/Routing.ts"
import { type Composed, compose } from "../publisher/Composing.ts"
import { Photos, photoOf } from "../publisher/Photos.ts"
import { templateOf } from "../publisher/rendering/BuiltIn.ts"
import { Fetcher } from "../sources/Fetcher.ts"
import { demoCatalog } from "./DemoCatalog.ts"
import { fetchDocument } from "./Document.ts"
import { CommandFailed } from "./Failure.ts"
import { kinds, network, photos } from "./Layers.ts"
import { readCatalog, readSetting, type Setting } from "./Setting.ts"

/** More than a screen of posts helps nobody. */
const shownAtMost = 3

const isUrl = (text: string) => /^https?:\/\//i.test(text) && URL.canParse(text)

/** A URL that no catalog names is read like a feed that goes to an article channel. */
const bare = demoCatalog("http://127.0.0.1/", "http://127.0.0.1/")

const bareChannel = (): Channel => {
  const [channel] = bare.channels.values()
  if (channel === undefined) throw new Error("the demo catalog has no channel")
  return { ...channel, id: ChannelId.make("preview") }
}

const sourceOf = (catalog: Option.Option<Catalog>, target: string): Effect.Effect<Source, CommandFailed> => {
  const sources = Option.match(catalog, { onNone: () => [], onSome: ({ sources }) => [...sources.values()] })
  const named = sources.find((source) => source.id === target || source.url === target)
  if (named !== undefined) return Effect.succeed(named)
  const [sample] = bare.sources.values()
  if (isUrl(target) && sample !== undefined) {
    return Effect.succeed({
      ...sample,
      id: SourceId.make("preview"),
      url: target,
      where: {},
      allowPrivate: false
    })
  }
  const known = sources.map((source) => source.id).join(", ")
  return new CommandFailed({
    sentence: `"${target}" is neither a URL nor a source of the catalog (${known}).`
  })
}

const channelOf = (
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

const rule = "─".repeat(60)

const pictures = ({ photos, post }: Composed): ReadonlyArray<string> =>
  photos.map(({ bytes }, index) => `[photo, ${bytes.length} bytes: ${post.photoUrls[index] ?? ""}]`)

const shown = (composed: Composed): string =>
  [
    rule,
    ...pictures(composed),
    ...postText(composed.post.html).split("\n"),
    ...composed.post.buttons.flat().map((button) => `[ ${button.text} ] ‹${button.url}›`)
  ]
    .map(plain)
    .join("\n")

const load = (url: string, missing: (error: { readonly message: string }) => Effect.Effect<void>) =>
  Effect.gen(function* () {
    const photos = yield* Photos
    return yield* photos.load(url).pipe(
      Effect.flatMap((bytes) => photoOf(url, bytes)),
      Effect.tapError(missing),
      Effect.option
    )
  })

/** What would be posted of a source into a channel now: how many items it has and pass, and the newest of these as they would look. */
export const previewOf = Effect.fn("Preview.of")(function* (
  source: Source,
  channel: Channel,
  missing: (error: { readonly message: string }) => Effect.Effect<void> = () => Effect.void
) {
  const document = yield* fetchDocument(source)
  const template = yield* templateOf(channel.template)
  const newest = newestFirst(
    document.items.map((item) => ({ item })),
    yield* Clock.currentTimeMillis
  ).flatMap((index) => document.items[index] ?? [])
  const passing = newest.filter((item: Item) => passes(source.where, item) === "pass")
  const manner = { silent: channel.silent, photos: channel.photos }
  const composed = yield* Effect.forEach(passing.slice(0, shownAtMost), (item) =>
    compose(template, { item, event: "new" }, manner, (url) => load(url, missing))
  )
  return { items: document.items.length, passing: passing.length, composed }
})

const posts = (source: Source, channel: Channel) =>
  Effect.gen(function* () {
    const { items, passing, composed } = yield* previewOf(source, channel, ({ message }) =>
      Console.error(message)
    )
    yield* Console.log(
      `${source.id}: ${items} items, ${passing} pass the filter of the route to ${channel.id}` +
        (passing > shownAtMost ? `; the newest ${shownAtMost} would look like this:` : ":")
    )
    for (const one of composed) yield* Console.log(shown(one))
    yield* Console.log(rule)
  })

/** The same for the dashboard, of a source of the catalog and into its first channel. */
export const pagePreview =
  (current: Effect.Effect<Catalog>, fetcher: typeof Fetcher.Service): HttpOptions["preview"] =>
  (source) =>
    Effect.gen(function* () {
      const channel = yield* channelOf(Option.some(yield* current), source, Option.none())
      const { items, passing, composed } = yield* previewOf(source, channel)
      return { channel: channel.id, items, passing, posts: composed.map(({ post }) => post) }
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

export const preview = (target: string, wanted: Option.Option<string>) =>
  Effect.gen(function* () {
    const setting = yield* readSetting(Option.none())
    const catalog = yield* catalogOf(setting)
    const source = yield* sourceOf(catalog, target)
    const channel = yield* channelOf(catalog, source, wanted)
    const current = Effect.succeed(Option.getOrElse(catalog, () => bare))
    yield* posts(source, channel).pipe(
      Effect.provide(
        Layer.mergeAll(photos(current), kinds).pipe(
          Layer.provideMerge(network()),
          Layer.provideMerge(quietLogging(setting.settings.logLevel))
        )
      )
    )
  })

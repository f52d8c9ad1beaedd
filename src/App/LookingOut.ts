// What the operator's surfaces may look at of the world outside: previews of sources and addresses, and pages that somebody wants posted. The same
// readers, renderers and network rules as those of the service.
import { Effect, Layer, Option } from "effect"
import type { Catalog } from "../config/Catalog.ts"
import type { Channel } from "../domain/Channel.ts"
import type { Item } from "../domain/Item.ts"
import { SourceId } from "../domain/Names.ts"
import type { Source } from "../domain/Source.ts"
import { LookFailed, Looking } from "../operator/Looking.ts"
import { compose } from "../publisher/Composing.ts"
import type { Photos } from "../publisher/Photos.ts"
import type { Fetcher } from "../sources/Fetcher.ts"
import type { Kinds } from "../sources/Kinds.ts"
import { namedPage } from "../sources/kinds/page.ts"
import { fetchOwn } from "./Document.ts"
import { channelOf, load, look, sourceOf, words } from "./Preview.ts"
import { mayBePrivate } from "./Reading.ts"

type Needs = Fetcher | Kinds | Photos

const failed = ({ message }: Error) => new LookFailed({ why: message })

const preview = Effect.fnUntraced(function* (
  catalog: Catalog,
  target: string,
  wanted: Option.Option<string>
) {
  const source = yield* sourceOf(Option.some(catalog), target)
  const channel = yield* channelOf(Option.some(catalog), source, wanted)
  const { left, posts, summary } = yield* look(source, channel)
  return { summary, posts: posts.map(({ post }) => post), left }
})

const pageSource = (url: string, allowPrivate: boolean): Source => ({
  id: SourceId.make("page"),
  kind: "page",
  url,
  everyMs: 0,
  start: "all",
  to: [],
  where: {},
  allowPrivate,
  variants: "group",
  burst: false,
  maxBytes: 10_000_000,
  maxItems: 1_000,
  pages: 1
})

/** One product may be described once for each variant. */
const isOne = (items: ReadonlyArray<Item>): boolean =>
  items.length === 1 ||
  (items[0]?.offer?.group !== undefined &&
    items.every(({ offer }) => offer?.group === items[0]?.offer?.group))

const page = Effect.fnUntraced(function* (catalog: Catalog, url: string) {
  const { items } = yield* fetchOwn(pageSource(url, mayBePrivate(catalog, url)), namedPage)
  const own = items.filter(({ link }) => link === url)
  const [first] = own.length > 0 ? own : items
  if (first === undefined || (own.length === 0 && !isOne(items))) {
    const why = items.length === 0 ? "says of nothing what it is" : `is about ${items.length} things`
    return yield* new LookFailed({ why: `The page ${why}; give the address of one product or article.` })
  }
  return { ...first, link: first.link ?? url } satisfies Item
})

const rendered = Effect.fnUntraced(function* (item: Item, channel: Channel) {
  const source = pageSource(item.link ?? "", false)
  const { of } = yield* words(source, channel)
  const { template, subject } = of({ source: source.id, item, event: "new", ordinal: 0 })
  const { post } = yield* compose(template, subject, { silent: channel.silent, photos: channel.photos }, load)
  return post
})

/** `current`: the catalog in force. */
export const lookingOut = (current: Effect.Effect<Catalog>): Layer.Layer<Looking, never, Needs> =>
  Layer.effect(
    Looking,
    Effect.map(Effect.context<Needs>(), (services) =>
      Looking.of({
        preview: (target, channel) =>
          current.pipe(
            Effect.flatMap((catalog) => preview(catalog, target, channel)),
            Effect.mapError(failed),
            Effect.provide(services)
          ),
        page: (url) =>
          current.pipe(
            Effect.flatMap((catalog) => page(catalog, url)),
            Effect.mapError(failed),
            Effect.provide(services)
          ),
        rendered: (item, channel) =>
          Effect.provide(Effect.mapError(rendered(item, channel), failed), services)
      })
    )
  )

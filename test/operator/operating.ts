// A small installation for the operator's tests: the real store in memory, two channels, two sources, and what a running process would say.
import { Clock, Effect, Either, Layer, Option } from "effect"
import type { Catalog } from "../../src/config/Catalog.ts"
import { decodeCatalog } from "../../src/config/Catalog.ts"
import type { Item } from "../../src/domain/Item.ts"
import { markerOf } from "../../src/domain/Marker.ts"
import { ChannelId, SourceId } from "../../src/domain/Names.ts"
import type { Filter } from "../../src/domain/Source.ts"
import { CatalogCommands } from "../../src/operator/CatalogCommands.ts"
import { Commands, routesOf } from "../../src/operator/Commands.ts"
import { layout } from "../../src/operator/dashboard/Layout.ts"
import { overviewPage } from "../../src/operator/dashboard/OverviewPage.ts"
import { LiveState } from "../../src/operator/LiveState.ts"
import { LookFailed, Looking } from "../../src/operator/Looking.ts"
import type { Status } from "../../src/operator/Status.ts"
import { Intake } from "../../src/outbox/Intake.ts"
import { Outbox } from "../../src/outbox/Outbox.ts"
import { Signals } from "../../src/outbox/Signals.ts"
import * as SqlIntake from "../../src/storage/SqlIntake.ts"
import * as Storage from "../../src/storage/Storage.ts"
import type { ChildId, ChildState } from "../../src/supervision/ChildState.ts"

export const catalog: Catalog = Either.getOrThrow(
  decodeCatalog(
    "oncecast.yaml",
    `channels:
  deals: { chat: "@example_deals" }
  news: { chat: "@example_news" }
sources:
  shop: { kind: rss, url: "https://user:secret@shop.example/feed.xml?key=secret", to: [deals], start: all }
  blog: { kind: rss, url: "https://blog.example/feed", to: [news], start: all }
`,
    () => Either.left({ line: 0, message: "none" })
  )
)

/** After somebody has taken everything out. */
export const emptied: Catalog = { ...catalog, channels: new Map(), sources: new Map() }

export const deals = ChannelId.make("deals")
export const shop = SourceId.make("shop")

export const store = SqlIntake.layer.pipe(
  Layer.provideMerge(Storage.layerMemory),
  Layer.provideMerge(Signals.layer)
)

/** Pages of shops, by their address. */
export const pages = new Map<string, Item>()

/** A world outside in which only these pages are. */
export const looking = Layer.succeed(Looking, {
  preview: (target) => new LookFailed({ why: `"${target}" cannot be reached.` }),
  page: (url) =>
    Effect.mapError(
      Effect.fromNullable(pages.get(url)),
      () => new LookFailed({ why: `${url} cannot be reached.` })
    ),
  rendered: ({ title }) => Effect.succeed({ html: title, photoUrls: [], buttons: [], silent: false })
})

export const commands = Layer.merge(Commands.layer(Effect.succeed(catalog)), CatalogCommands.layerNone).pipe(
  Layer.provide(looking),
  Layer.provideMerge(store)
)

export const live = (children: ReadonlyMap<ChildId, ChildState>, draining = false) =>
  Layer.succeed(LiveState, {
    startedAt: 0,
    publishesTo: "the built-in sandbox",
    catalog: Effect.succeed(catalog),
    refusedCatalog: Effect.succeedNone,
    children: Effect.succeed(children),
    limits: Effect.succeed({ kept: "memory" as const, since: null, why: null }),
    draining: Effect.succeed(draining)
  })

/** The shop lists `count` items now. */
export const shopLists = (count: number, prefix = "offer", content: Partial<Item> = {}, where: Filter = {}) =>
  Effect.gen(function* () {
    const intake = yield* Intake
    const source = Option.getOrThrow(Option.fromNullable(catalog.sources.get(shop)))
    return yield* intake.admit({
      source,
      routes: routesOf(catalog, "shop").map((route) => ({ ...route, channel: { ...route.channel, where } })),
      items: Array.from({ length: count }, (_, index) => ({
        guid: `${prefix}-${index}`,
        title: `${prefix} ${index}`,
        body: "",
        images: [],
        categories: [],
        ...content
      })),
      complete: true,
      cursor: {},
      now: yield* Clock.currentTimeMillis
    })
  })

/** Begins the next delivery of the channel and settles it as given. */
export const sendNext = (outcome: Parameters<typeof Outbox.Service.settle>[2]) =>
  Effect.gen(function* () {
    const outbox = yield* Outbox
    const now = yield* Clock.currentTimeMillis
    const fence = Option.getOrThrow(yield* outbox.lease(deals, "me", now, 60_000))
    const found = yield* outbox.claim(deals, now)
    if (found._tag !== "Ready") return yield* Effect.dieMessage(`nothing to send: ${found._tag}`)
    const attempt = yield* outbox.begin({
      delivery: found.delivery.id,
      channel: deals,
      fence,
      chat: "@deals",
      marker: markerOf([...Array(8).fill(0), found.delivery.id % 10, found.delivery.attempts % 10]),
      post: { html: "x", photoUrls: [], buttons: [], silent: false },
      revision: 1,
      now
    })
    yield* outbox.settle(attempt, fence, outcome, now)
    return found.delivery.id
  })

/** The overview of this status, as who is not logged in sees it. */
export const shownPage = (status: Status): string =>
  layout(
    {
      now: status.at,
      here: "",
      base: "./",
      query: new URLSearchParams(),
      session: Option.none(),
      hasToken: true,
      said: Option.none()
    },
    Option.some(status),
    overviewPage({ status, next: [], sent: [], samples: [] })
  )

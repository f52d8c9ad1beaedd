// The demo's catalog: the sample news feed and the sample shop, each into a sandbox channel.
import type { Catalog } from "../config/Catalog.ts"
import { type Channel, channelDefaults } from "../domain/Channel.ts"
import { ChannelId, SourceId } from "../domain/Names.ts"
import type { Source } from "../domain/Source.ts"

const channel = (id: ChannelId, chat: string, template: "article" | "product"): Channel => ({
  ...channelDefaults,
  id,
  chat,
  template: { _tag: "BuiltIn", name: template }
})

const source = (id: SourceId, url: string, everyMs: number, start: number, to: ChannelId): Source => ({
  id,
  kind: "rss",
  url,
  everyMs,
  start,
  to: [to],
  where: {},
  allowPrivate: true,
  variants: "group",
  burst: { items: 10, share: 0.5 },
  maxBytes: 10_000_000,
  maxItems: 100_000,
  pages: 50
})

/** `newsUrl` and `shopUrl` are where the samples are served. */
export const demoCatalog = (newsUrl: string, shopUrl: string): Catalog => {
  const [news, deals] = [ChannelId.make("news"), ChannelId.make("deals")]
  const [feed, shop] = [SourceId.make("sample-news"), SourceId.make("sample-shop")]
  return {
    admins: [],
    channels: new Map([
      [news, channel(news, "@oncecast_news", "article")],
      [deals, channel(deals, "@oncecast_deals", "product")]
    ]),
    sources: new Map([
      [feed, source(feed, newsUrl, 10_000, 3, news)],
      [shop, source(shop, shopUrl, 15_000, 3, deals)]
    ]),
    forgetMs: 34_560_000_000
  }
}

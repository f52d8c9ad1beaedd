// A source for reader tests: what the catalog would give, with the parts that a test cares about.
import { ChannelId, SourceId } from "../../../src/domain/Names.ts"
import type { Source } from "../../../src/domain/Source.ts"

export const sourceWith = (parts: Partial<Source> = {}): Source => ({
  id: SourceId.make("news"),
  kind: "rss",
  url: "https://feed.example/feed.xml",
  everyMs: 60_000,
  start: "none",
  to: [ChannelId.make("channel")],
  where: {},
  allowPrivate: false,
  variants: "group",
  burst: { items: 10, share: 0.5 },
  maxBytes: 20_000_000,
  maxItems: 1_000,
  pages: 50,
  ...parts
})

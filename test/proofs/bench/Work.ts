// What the rows work on: sources, channels, articles as a news feed has them, and the product's store on a file.
import { join } from "node:path"
import { Effect, type Layer, Runtime } from "effect"
import { store } from "../../../src/App/Layers.ts"
import { Turns } from "../../../src/App/Turns.ts"
import { type Channel, channelDefaults } from "../../../src/domain/Channel.ts"
import type { Item } from "../../../src/domain/Item.ts"
import { ChannelId, SourceId } from "../../../src/domain/Names.ts"
import type { Source } from "../../../src/domain/Source.ts"
import { item, source } from "../../identity/Arbitrary.ts"

export const now = 1_780_000_000_000

const words = "market lamp river phone green window paper early signal garden winter train".split(" ")

/** About 400 characters, no two alike. */
const body = (id: number): string =>
  Array.from({ length: 60 }, (_, at) => words[(id * 7 + at * at + (id >> (at % 12))) % words.length]).join(
    " "
  )

/** An article as most feeds have them: a guid, a link, some text. */
export const article = (id: number, host = "news.example"): Item =>
  item({
    guid: `urn:article:${id}`,
    link: `https://${host}/articles/${id}/${words[id % words.length]}`,
    title: `${words[id % 12]} ${words[(id >> 4) % 12]} ${id}`,
    body: `<p>${body(id)}</p>`,
    publishedAt: now - 86_400_000 + (id % 86_400) * 1000,
    categories: ["News"]
  })

export const sourceOf = (id: number, fields: Partial<Source> = {}): Source =>
  source({ id: SourceId.make(`source-${id}`), burst: false, allowPrivate: true, start: "all", ...fields })

/** Without limits of its own. */
export const channelOf = (name: string, fields: Partial<Channel> = {}): Channel => ({
  ...channelDefaults,
  ...{
    id: ChannelId.make(name),
    chat: `@${name}`,
    pace: { gapMs: 0, perMinute: 1_000_000 },
    capacity: 100_000_000
  },
  ...fields
})

/** The service's own store on a file in the folder. */
export const storeIn = (folder: string, name = "bench.db") => store(join(folder, name))

/** Runs as the program does: in turns of the event loop, and nobody collects spans. */
export const runWith = <A, E, R, E2>(layer: Layer.Layer<R, E2>, effect: Effect.Effect<A, E, R>): Promise<A> =>
  Effect.runPromise(
    Effect.provide(effect, layer).pipe(Effect.withTracerEnabled(false), Effect.withScheduler(new Turns()))
  )

/** Gives `use` what runs an effect with the services at hand, as often as it likes. */
export const measuring = <A, R = never>(
  use: (run: <B, E>(effect: Effect.Effect<B, E, R>) => Promise<B>) => Promise<A>
): Effect.Effect<A, never, R> =>
  Effect.flatMap(Effect.runtime<R>(), (runtime) => Effect.promise(() => use(Runtime.runPromise(runtime))))

// What is installed in a world: the catalog, the chats behind it, and by which ways each channel can be looked at. Follows from the scenario.
import { Option } from "effect"
import type { Catalog } from "../config/Catalog.ts"
import { type Channel, channelDefaults } from "../domain/Channel.ts"
import { ChannelId, SourceId } from "../domain/Names.ts"
import type { Source } from "../domain/Source.ts"
import type { Dice } from "./Dice.ts"
import type { Scenario } from "./Scenario.ts"

export const publisherToken = "1000000001:PUBLISHER-of-a-simulated-world-AAAAAAA"
export const witnessToken = "1000000002:WITNESS-of-a-simulated-world-AAAAAAAAA"
export const logChat = -1_001_000_000_777
export const admin = 4242

export interface ChannelPlace {
  readonly channel: Channel
  readonly username: string
  /** A user on whose profile it stands. */
  readonly owner: Option.Option<number>
  /** Its discussion group. */
  readonly group: Option.Option<number>
}

export interface Installation {
  readonly places: ReadonlyArray<ChannelPlace>
  readonly sources: ReadonlyArray<Source>
  readonly witness: boolean
  readonly catalog: Catalog
}

const minuteMs = 60_000

const placeOf = (index: number, scenario: Scenario, dice: Dice): ChannelPlace => {
  const username = `channel${index}`
  const owner = dice.hits(0.3) ? Option.some(9_000 + index) : Option.none()
  const group = dice.hits(0.3) ? Option.some(-1_001_000_000_800 - index) : Option.none()
  return {
    channel: {
      ...channelDefaults,
      id: ChannelId.make(username),
      chat: `@${username}`,
      pace: { gapMs: dice.pick(0, 1_000, 3_000), perMinute: dice.pick(4, 15, 20) },
      capacity: dice.pick(20, 10_000, 10_000),
      overflow: dice.pick("wait", "wait", "drop-oldest"),
      template: { _tag: "BuiltIn", name: dice.pick("article", "product") },
      marker: dice.pick("link", "hidden"),
      photos: dice.pick(0, 1, 1),
      onUnknown: scenario.onUnknown ?? dice.pick("verify", "verify", "verify", "park"),
      onGone: dice.pick("mark", "delete", "keep"),
      ...(dice.hits(0.4) ? { logChat: `${logChat}` } : {}),
      ...Option.match(owner, { onNone: () => ({}), onSome: (profileOf) => ({ profileOf }) })
    },
    username,
    owner,
    group
  }
}

const sourceOf = (index: number, scenario: Scenario, ids: ReadonlyArray<ChannelId>, dice: Dice): Source => {
  const id = SourceId.make(`s${index}`)
  const first = ids[index % ids.length] ?? ids[0]
  const to = dice.hits(0.2) ? ids : first === undefined ? [] : [first]
  return {
    id,
    kind: "rss",
    url: `https://${id}.example/feed.xml`,
    everyMs: scenario.pollMinutes * minuteMs,
    start: dice.pick<Source["start"]>("none", 3, "all"),
    to,
    where: {},
    allowPrivate: false,
    variants: "group",
    burst: false,
    maxBytes: 10_000_000,
    maxItems: 100_000,
    pages: 50
  }
}

export const installationOf = (scenario: Scenario, dice: Dice): Installation => {
  const places = Array.from({ length: scenario.channels }, (_, index) =>
    placeOf(index + 1, scenario, dice.for(`channel/${index}`))
  )
  const ids = places.map(({ channel }) => channel.id)
  const sources = Array.from({ length: scenario.sources }, (_, index) =>
    sourceOf(index + 1, scenario, ids, dice.for(`source/${index}`))
  )
  const catalog: Catalog = {
    admins: [admin],
    channels: new Map(places.map(({ channel }) => [channel.id, channel])),
    sources: new Map(sources.map((source) => [source.id, source])),
    forgetMs: 400 * 86_400_000
  }
  return { places, sources, witness: dice.hits(0.2), catalog }
}

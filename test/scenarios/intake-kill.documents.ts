// The documents of the kill scenario: each shows 350 items, of which 150 are new.
import { type Channel, channelDefaults } from "../../src/domain/Channel.ts"
import type { Item } from "../../src/domain/Item.ts"
import type { ChannelId } from "../../src/domain/Names.ts"
import { item } from "../identity/Arbitrary.ts"

const newPerRound = 150

/** Items that have stood in the documents of the first `round` rounds. */
export const shownUntil = (round: number): number => 200 + newPerRound * round

/** The newest first, as feeds do. */
export const documentOf = (round: number): ReadonlyArray<Item> =>
  Array.from({ length: 350 }, (_, at) => shownUntil(round) - at).map((name) =>
    item({
      guid: `guid ${name}`,
      link: `https://example.com/${name}`,
      title: `${name}`,
      body: "text ".repeat(200)
    })
  )

export const channelOf = (id: ChannelId): Channel => ({
  ...channelDefaults,
  id,
  chat: `@${id}`,
  pace: { gapMs: 0, perMinute: 60 },
  capacity: 10_000_000
})

// The catalog's keys about "delivered once" and "kept true": what is meant when they are left out, and that a bad value is one error which
// names file, line and key and says what is allowed.
import { assert, describe, it } from "@effect/vitest"
import { Either } from "effect"
import { type Catalog, decodeCatalog } from "../../src/config/Catalog.ts"
import type { ConfigInvalid } from "../../src/config/ConfigInvalid.ts"
import type { Channel } from "../../src/domain/Channel.ts"

const day = 86_400_000

/** A channel on line 3; `keys` stand on line 4, `above` on line 1. */
const decode = (keys = "silent: false", above = "forget: 400 days"): Either.Either<Catalog, ConfigInvalid> =>
  decodeCatalog(
    "oncecast.yaml",
    `${above}\nchannels:\n  deals: { chat: "@example_deals",\n    ${keys} }\nsources: {}\n`,
    () => Either.left({ line: 0, message: "no such file" })
  )

const channelOf = (keys?: string, above?: string): Channel => {
  const [channel] = Either.getOrThrow(decode(keys, above)).channels.values()
  if (channel === undefined) throw new Error("no channel was decoded")
  return channel
}

const refusal = (keys?: string, above?: string): string =>
  Either.match(decode(keys, above), { onLeft: (error) => error.message, onRight: () => "no error" })

const usual: Partial<Channel> = {
  onUnknown: "verify",
  verify: { waitMs: 90_000, againMs: 60_000, giveUpMs: 3_600_000 },
  marker: "link",
  photos: 1,
  followMs: 30 * day,
  onGone: "mark"
}

/** What is written, and how the channel differs from the usual then. */
const written: ReadonlyArray<readonly [keys: string, differs: Partial<Channel>]> = [
  ["onUnknown: park", { onUnknown: "park" }],
  ["onUnknown: resend", { onUnknown: "resend" }],
  ["onUnknown: drop", { onUnknown: "drop" }],
  ["verify: {}", {}],
  ["verify: { wait: 10 minutes }", { verify: { waitMs: 600_000, againMs: 60_000, giveUpMs: 3_600_000 } }],
  ["verify: { wait: 0 seconds }", { verify: { waitMs: 0, againMs: 60_000, giveUpMs: 3_600_000 } }],
  ["verify: { again: 5 seconds }", { verify: { waitMs: 90_000, againMs: 5_000, giveUpMs: 3_600_000 } }],
  ["verify: { giveUp: 30 days }", { verify: { waitMs: 90_000, againMs: 60_000, giveUpMs: 30 * day } }],
  ['logChat: "@example_log"', { logChat: "@example_log" }],
  ["logChat: -1001234567890", { logChat: "-1001234567890" }],
  ["profileOf: 123456789", { profileOf: 123_456_789 }],
  ["marker: hidden", { marker: "hidden" }],
  ["photos: 0", { photos: 0 }],
  ["photos: 10", { photos: 10 }],
  ["follow: 1 minute", { followMs: 60_000 }],
  ["follow: false", { followMs: 0 }],
  ["onGone: delete", { onGone: "delete" }],
  ["onGone: keep", { onGone: "keep" }]
]

const chatRule =
  'must be "@name" of a public channel or its numeric id (quoted or not), for example -1001234567890'

/** One error each, on the line of the key. */
const refused: ReadonlyArray<readonly [keys: string, message: string]> = [
  ["onUnknown: ask", 'onUnknown must be "verify" or "park" or "resend" or "drop", but is "ask"'],
  ["onUnknown: true", 'onUnknown must be "verify" or "park" or "resend" or "drop", but is true'],
  ["verify: 90 seconds", 'verify must be a group of keys, but is "90 seconds"'],
  ["verify: { wait: 90 }", "verify.wait must be a text, but is 90"],
  ["verify: { wait: soon }", 'verify.wait is not a duration such as "10 minutes"'],
  ["verify: { wait: 25 hours }", "verify.wait must be from 0 to 1d, but is 1d 1h"],
  ["verify: { again: -1 seconds }", 'verify.again is not a duration such as "10 minutes"'],
  ["verify: { again: 2 days }", "verify.again must be from 0 to 1d, but is 2d"],
  ["verify: { giveUp: 31 days }", "verify.giveUp must be from 0 to 30d, but is 31d"],
  ["verify: { patience: 1 day }", "verify.patience is not a known key; known here: wait, again, giveUp"],
  ["logChat: log", `logChat ${chatRule}`],
  ["logChat: true", "logChat must be a text or a number, but is true"],
  ['logChat: "@example_deals"', "logChat is the chat of channel deals: its readers would see the copies"],
  ["profileOf: me", 'profileOf must be a number, but is "me"'],
  ["profileOf: 1.5", "profileOf must be an integer, but is 1.5"],
  ["profileOf: -5", "profileOf must be a whole number from 1 to 9007199254740991"],
  ["marker: none", 'marker must be link or hidden, but is "none"'],
  ["photos: 11", "photos must be a whole number from 0 to 10"],
  ["photos: -1", "photos must be a whole number from 0 to 10"],
  ["photos: 1.5", "photos must be an integer, but is 1.5"],
  ['photos: "2"', 'photos must be a number, but is "2"'],
  ["follow: true", "follow must be false or a text, but is true"],
  ["follow: never", 'follow is not a duration such as "10 minutes"'],
  ["follow: 30 seconds", "follow must be from 1m to 3650d, but is 30s"],
  ["onGone: remove", 'onGone must be "mark" or "delete" or "keep", but is "remove"'],
  ["onGone: false", 'onGone must be "mark" or "delete" or "keep", but is false']
]

describe("a channel's keys about what is delivered once", () => {
  it("mean what is documented when they are left out", () => {
    const channel = channelOf()
    assert.containsSubset(channel, usual)
    assert.doesNotHaveAnyKeys(channel, ["logChat", "profileOf"])
  })

  for (const [keys, differs] of written) {
    it(`\`${keys}\` changes that alone`, () => {
      assert.deepStrictEqual(channelOf(keys), { ...channelOf(), ...differs })
    })
  }

  for (const [keys, message] of refused) {
    it(`\`${keys}\` is one error that names file, line and key`, () => {
      assert.strictEqual(refusal(keys), `oncecast.yaml:4: channels.deals.${message}`)
    })
  }
})

describe("logChat above the channels", () => {
  it("is meant where a channel names none of its own", () => {
    assert.strictEqual(channelOf("photos: 1", "logChat: -1001234567890").logChat, "-1001234567890")
    assert.strictEqual(channelOf('logChat: "@own_log"', "logChat: -1001234567890").logChat, "@own_log")
  })

  it("is one error on its own line when it is no chat, or the chat of a channel", () => {
    assert.strictEqual(refusal("photos: 1", "logChat: log"), `oncecast.yaml:1: logChat ${chatRule}`)
    assert.strictEqual(
      refusal("photos: 1", 'logChat: "@Example_Deals"'),
      "oncecast.yaml:1: logChat is the chat of channel deals: its readers would see the copies"
    )
  })
})

// Pictures and labels as Telegram gets them, over a real connection to the emulator: whatever the shop had, the upload is accepted.
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either, Redacted } from "effect"
import sharp from "sharp"
import { channelDefaults } from "../../src/domain/Channel.ts"
import type { Item } from "../../src/domain/Item.ts"
import { Marker, markerIn } from "../../src/domain/Marker.ts"
import { ChannelId, SourceId } from "../../src/domain/Names.ts"
import { compose } from "../../src/publisher/Composing.ts"
import { fitPhoto } from "../../src/publisher/PhotoFitting.ts"
import { photoOf } from "../../src/publisher/Photos.ts"
import { wordsOf } from "../../src/publisher/rendering/Words.ts"
import { standing } from "../../src/sandbox/Chat.ts"
import { Emulator } from "../../src/sandbox/Emulator.ts"
import { serve } from "../../src/sandbox/http/HttpShell.ts"
import { sandboxToken } from "../../src/sandbox/Machine.ts"
import { current, linksOf, shownText } from "../../src/sandbox/Messages.ts"
import { layerBotApi } from "../../src/telegram/BotApi.ts"
import { Telegram } from "../../src/telegram/Telegram.ts"

const shop = SourceId.make("shop")
const marker = Marker.make("7Kp3xQ2fLw")
const label = "Advertisement. Example Ltd, erid {{ erid }}"
const words = Either.getOrThrow(
  wordsOf(
    { ...channelDefaults, id: ChannelId.make("deals"), chat: "@deals" },
    new Map([
      [
        shop,
        {
          affiliate: { link: "https://go.example/r?to={{ link | url_encode }}", erid: "2VtzqExample" },
          label
        }
      ]
    ])
  )
)
const item: Item = {
  title: "Kettle",
  body: `<p>${"Boils water. ".repeat(400)}</p>`,
  link: "https://shop.example/kettle?id=1",
  images: [],
  categories: []
}

/** What the shop's server has, by the last letters of the address. */
const shelf = (url: string) => {
  const picture = sharp({ create: { width: 900, height: 20, channels: 3, background: "red" } })
  return Effect.promise(() =>
    (url.endsWith("avif") ? picture.avif() : url.endsWith("webp") ? picture.webp() : picture.png()).toBuffer()
  )
}

const load = (url: string) =>
  shelf(url).pipe(
    Effect.flatMap((bytes) => fitPhoto(url, bytes)),
    Effect.flatMap((bytes) => photoOf(url, bytes)),
    Effect.option
  )

const rows: ReadonlyArray<readonly [what: string, images: ReadonlyArray<string>, messages: number]> = [
  ["a text without a picture", [], 1],
  ["a WebP strip as a photo", ["https://shop.example/1.webp"], 1],
  [
    "an album of a PNG strip, an AVIF and a WebP",
    ["1.png", "2.avif", "3.webp"].map((name) => `https://shop.example/${name}`),
    3
  ]
]

describe("Telegram takes", () => {
  for (const [what, images, count] of rows) {
    it.scopedLive(`${what}, with the whole label, the shop's partner link and the marker`, () =>
      Effect.gen(function* () {
        const emulator = yield* Emulator.make({})
        yield* emulator.control.addChat({ username: "deals", title: "Deals" })
        const { url } = yield* serve(emulator, { host: "127.0.0.1", port: 0 })
        const { template, subject } = words.of({
          source: shop,
          item: { ...item, images },
          event: "new",
          ordinal: 0
        })
        const manner = { silent: false, photos: 10, marking: { marker, revision: 0, place: "link" } } as const
        const { post, photos } = yield* compose(template, subject, manner, load)
        const sent = yield* Effect.flatMap(Telegram, (telegram) =>
          telegram.send("@deals", post, photos)
        ).pipe(
          Effect.provide(
            layerBotApi({ token: Redacted.make(sandboxToken), apiRoot: url, timeout: "5 seconds" })
          )
        )
        assert.lengthOf(sent.messageIds, count)
        const messages = [...(yield* emulator.control.chats)].flatMap(standing)
        assert.strictEqual(
          messages.filter((message) => current(message).content.kind === "photo").length,
          images.length
        )
        const [head] = messages
        assert.isDefined(head)
        if (head === undefined) return
        assert.match(shownText(head).text, /…[\s\S]*\n\nAdvertisement\. Example Ltd, erid 2VtzqExample$/)
        const [link = ""] = linksOf(head)
        assert.match(
          link,
          /^https:\/\/go\.example\/r\?to=https%3A%2F%2Fshop\.example%2Fkettle%3Fid%3D1&erid=2VtzqExample&oncecast=/
        )
        assert.strictEqual(markerIn(link), marker)
      })
    )
  }
})

// The Bot API client with the emulator at its other end, in process and in virtual time: what is sent is what readers see, what is asked is
// answered from what stands there.
import { Effect, Redacted } from "effect"
import type { Post } from "../../src/domain/Post.ts"
import { Emulator } from "../../src/sandbox/Emulator.ts"
import { type EmulatorOptions, sandboxToken } from "../../src/sandbox/Machine.ts"
import { emulatedExchange } from "../../src/simulation/EmulatedHttp.ts"
import { type BotApiOptions, botUpdates, layerBotApi } from "../../src/telegram/BotApi.ts"
import { Conversation } from "../../src/telegram/Conversation.ts"
import { Reader } from "../../src/telegram/Reader.ts"
import { type Photo, Telegram } from "../../src/telegram/Telegram.ts"
import { jpeg } from "../sandbox/pictures.ts"

/** A second bot, in the same chats. */
export const otherToken = "1000000002:OTHER-bot-of-the-telegram-tests-AAAAAAA"

/** The channel "@deals" with one post of somebody else under id 1, and a private log chat. */
export const emulated = (options: EmulatorOptions = {}) =>
  Effect.gen(function* () {
    const bots = [
      { token: sandboxToken, username: "once_bot" },
      { token: otherToken, username: "other_bot" }
    ]
    const emulator = yield* Emulator.make({ bots, ...options })
    const { control } = emulator
    const { id } = yield* control.addChat({ username: "deals", title: "Deals" })
    const log = yield* control.addChat({ type: "channel", title: "Log" })
    yield* control.postAsAdmin("@deals", "Welcome")
    const exchange = yield* emulatedExchange(emulator)
    const optionsOf = (token: string): BotApiOptions => ({ token: Redacted.make(token), exchange })
    const layer = layerBotApi(optionsOf(sandboxToken))
    return {
      ...emulator,
      channel: id,
      log: log.id,
      telegram: yield* Effect.provide(Telegram, layer),
      reader: yield* Effect.provide(Reader, layer),
      conversation: yield* Effect.provide(Conversation, layer),
      updates: botUpdates(optionsOf(sandboxToken)),
      updatesOf: (token: string) => botUpdates(optionsOf(token))
    }
  })

export type Emulated = Effect.Effect.Success<ReturnType<typeof emulated>>

export const text = (html: string, fields: Partial<Post> = {}): Post => ({
  html,
  photoUrls: [],
  buttons: [],
  silent: false,
  ...fields
})

export const photos = (count: number): ReadonlyArray<Photo> =>
  Array.from({ length: count }, (_, index) => ({
    bytes: new Uint8Array(jpeg(800 + index, 600)),
    fileName: `${index}.jpg`
  }))

/** The post that carries so many pictures. */
export const pictured = (html: string, count: number, fields: Partial<Post> = {}): Post =>
  text(html, {
    photoUrls: photos(count).map(({ fileName }) => `https://shop.example/${fileName}`),
    ...fields
  })

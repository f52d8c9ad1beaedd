// The sandbox as a program of its own (`oncecast sandbox`): the Bot API, the channel pages and control on one port, until it is interrupted.
// Any well-formed token is a bot and every chat exists on first use, so that whatever is pointed at it can post.

import { NodeHttpServer } from "@effect/platform-node"
import { Effect } from "effect"
import { channelPage } from "./ChannelPage.ts"
import { Emulator } from "./Emulator.ts"
import { serve } from "./http/HttpShell.ts"
import { sandboxToken } from "./Machine.ts"

export interface StandaloneOptions {
  /** 0: any free one. */
  readonly port: number
  /** Default: 127.0.0.1. */
  readonly host?: string
}

/** Serves an emulator with its pages, and gives where it listens; ends with the scope. */
export const serveWithPages = Effect.fn("Sandbox.serveWithPages")(function* (options: StandaloneOptions) {
  const emulator = yield* Emulator.make({ unknownChats: "create", unknownBots: "create" })
  const pages = yield* NodeHttpServer.makeHandler(channelPage(emulator))
  const address = { host: options.host ?? "127.0.0.1", port: options.port }
  const listener = yield* serve(emulator, address, pages)
  return { ...emulator, ...listener }
})

/** Runs until it is interrupted, and says at the start where everything is. */
export const standalone = Effect.fn("Sandbox.standalone")(function* (options: StandaloneOptions) {
  const { url } = yield* serveWithPages(options)
  yield* Effect.log(
    [
      "The sandbox Telegram is ready.",
      `  API root   ${url}   (TELEGRAM_API_ROOT)`,
      `  Token      ${sandboxToken}   (TELEGRAM_BOT_TOKEN; any other well-formed token is a bot as well)`,
      `  Channels   ${url}/sandbox`,
      `  Control    ${url}/_emu/   (POST fault, rate, chat, …; GET history, calls, windows, …)`
    ].join("\n")
  )
  return yield* Effect.never
}, Effect.scoped)

// The sandbox as programs use it: the Bot API, the channel pages and control on one port. Every chat exists on first use, so that whatever is pointed
// at it can post. `run` without a token and the demo serve it inside their own process; `oncecast sandbox` runs it alone until interrupted.
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { Console, Effect } from "effect"
import { traced } from "../Spans.ts"
import { makeAdjustableClock } from "./AdjustableClock.ts"
import { channelPage } from "./ChannelPage.ts"
import { Emulator } from "./Emulator.ts"
import { serve } from "./http/HttpShell.ts"
import { keepIn } from "./Keeping.ts"
import { sandboxToken } from "./Machine.ts"

export interface SandboxOptions {
  /** 0: any free one. */
  readonly port: number
  /** Default: 127.0.0.1. */
  readonly host?: string
  /** Where the channels are kept over restarts; absent: nowhere. */
  readonly directory?: string
  /** Whether control may name a process to kill. Default: no, for others than the operator can reach the port. */
  readonly namesVictims?: boolean
}

/** A channel keeps so many posts. */
const keepMessages = 500

/** Serves the built-in sandbox until the scope closes: point a client at `url` with `token`; mount `pages` wherever people look. */
export const serveSandbox = traced("Sandbox.serve")(function* (options: SandboxOptions) {
  const emulator = yield* Emulator.make({ unknownChats: "create", unknownBots: "create", keepMessages })
  if (options.directory !== undefined) yield* keepIn(emulator, options.directory)
  const pages = channelPage(emulator)
  const fallback = yield* NodeHttpServer.makeHandler(pages)
  const address = { host: options.host ?? "127.0.0.1", port: options.port }
  const listener = yield* serve(emulator, address, { fallback, namesVictims: options.namesVictims ?? false })
  return { emulator, pages, token: sandboxToken, ...listener }
})

const alone = Effect.fnUntraced(function* (options: SandboxOptions) {
  const { url, token } = yield* serveSandbox({ namesVictims: true, ...options })
  yield* Console.log(
    [
      "The sandbox Telegram is ready.",
      `  API root   ${url}   (TELEGRAM_API_ROOT)`,
      `  Token      ${token}   (TELEGRAM_BOT_TOKEN; any other well-formed token is a bot as well)`,
      `  Channels   ${url}/sandbox`,
      `  Control    ${url}/_emu/   (POST fault, rate, chat, clock, …; GET history, calls, windows, …)`
    ].join("\n")
  )
  return yield* Effect.never
})

/** Runs until it is interrupted, on a clock of its own, and says at the start where everything is. */
export const standalone = traced("Sandbox.standalone")(function* (options: SandboxOptions) {
  const clock = yield* makeAdjustableClock
  return yield* Effect.withClock(alone(options), clock)
}, Effect.scoped)

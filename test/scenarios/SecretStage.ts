// Programs that know three secrets, before a Telegram that fails in every way: what the tests of secrecy play with.
import { Effect } from "effect"
import type { FaultRule } from "../../src/sandbox/Faults.ts"
import { png } from "../sandbox/pictures.ts"
import { type Environment, feed, telegram } from "./Program.ts"

export const publisher = "1000000001:AAHq7Zk0vXw3bTmJ9-uYc2RdLs5_eFgPnQi"
export const witness = "1000000002:BBGw4Jx8rNc6pVhK1_tZf7SyMu3-dEaQoLk"
const dashboard = "kW5-vB9xTj2_nRq8Hc"
export const secrets = [publisher, witness, dashboard]
export const [publisherId, witnessId] = [1_000_000_001, 1_000_000_002]
const [admin, owner, log] = [7_001, 7_002, -1_001_000_000_777]

/** As noisy as can be. */
export const env = (apiRoot: string, format: "json" | "pretty"): Environment => ({
  TELEGRAM_BOT_TOKEN: publisher,
  WITNESS_BOT_TOKEN: witness,
  DASHBOARD_TOKEN: dashboard,
  TELEGRAM_API_ROOT: apiRoot,
  LOG_LEVEL: "debug",
  LOG_FORMAT: format
})

const losses: ReadonlyArray<FaultRule["action"]> = [
  { kind: "rst" },
  { kind: "fin" },
  { kind: "stall" },
  { kind: "empty", status: 502 },
  ...[413, 429, 502, 504].map((status) => ({ kind: "html", status }) as const),
  ...[400, 401, 403, 404, 409, 421, 500].map(
    (code) => ({ kind: "error", code, description: `Refused: /bot${publisher}/sendMessage` }) as const
  ),
  { kind: "error", code: 429, description: "Too Many Requests: retry after 1", retryAfter: 1 }
]

/** Every fault of the emulator that can be played more than once. */
export const faults: ReadonlyArray<Pick<FaultRule, "stage" | "action">> = [
  ...(["accept", "received", "processed"] as const).flatMap((stage) =>
    losses.map((action) => ({ stage, action }))
  ),
  ...(["accept", "received", "processed", "body"] as const).map(
    (stage) => ({ stage, action: { kind: "delay", ms: 50 } }) as const
  ),
  { stage: "received", action: { kind: "late", ms: 500, loss: { kind: "rst" } } },
  { stage: "processed", action: { kind: "zeroId" } },
  { stage: "body", action: { kind: "half" } },
  { stage: "body", action: { kind: "halfStall" } },
  { stage: "body", action: { kind: "drip", ms: 1 } }
]

export const channelName = (index: number) => `secret_${index}`
export const chat = (index: number) => `@${channelName(index)}`

/** A channel for each fault; what is not known there is asked for soon, and then put in front of a person. */
export const catalog = (channels: number, url: string) => `
admins: [${admin}]
channels:
${Array.from(
  { length: channels },
  (_, index) =>
    `  c${index}: { chat: "${chat(index)}", pace: { gap: 0 seconds, perMinute: 1000 }, photos: ${index % 3}, ` +
    `verify: { wait: 1 second, again: 1 second, giveUp: 2 seconds }${index === 0 ? `, logChat: ${log}, profileOf: ${owner}` : ""} }`
).join("\n")}
sources:
  feed: { kind: rss, url: "${url}", every: 1 second, start: all, burst: false, to: [${Array.from({ length: channels }, (_, index) => `c${index}`).join(", ")}], allowPrivate: true }
`

/** A feed whose items have two pictures. */
export const gallery = Effect.gen(function* () {
  const source = yield* feed()
  const picture = Buffer.from(png(320, 200, 2_000))
  source.answer((request, response) => {
    if (request.url?.endsWith(".png")) return void response.end(picture)
    const image = (name: string) => `<media:content url="${new URL(name, source.url).href}" medium="image"/>`
    response.end(
      `<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><item><guid>a</guid><title>Item</title>` +
        `<link>https://news.example/a</link>${image("/a.png")}${image("/b.png")}</item></channel></rss>`
    )
  })
  return source.url
})

/** The emulator, about to fail in every way: each fault once for a post, the first answers for what else the bots ask. */
export const failing = Effect.gen(function* () {
  const bots = [
    { token: publisher, username: "scenario_bot" },
    { token: witness, username: "witness_bot" }
  ]
  const tg = yield* telegram(
    Array.from(faults, (_, index) => channelName(index)),
    { bots }
  )
  const { control } = tg.emulator
  yield* control.addChat({ id: log, title: "Log" })
  yield* Effect.orDie(control.say(admin, "/start", publisherId))
  yield* Effect.orDie(control.personalChat(owner, chat(0)))
  for (const [index, rule] of faults.entries()) {
    const known = rule.stage === "accept" ? {} : { chat: chat(index) }
    for (const method of ["sendMessage", "sendPhoto", "sendMediaGroup"]) {
      yield* control.fault({
        ...rule,
        ...known,
        method,
        ...(rule.stage === "accept" ? { nth: index + 1 } : {})
      })
    }
  }
  yield* control.fault({
    stage: "received",
    method: "sendMediaGroup",
    action: { kind: "partial", items: 1, inner: `No such thing: ${publisher}` }
  })
  const polls = { stage: "received", method: "getUpdates" } as const
  for (const [bot, token, codes] of [
    [publisherId, publisher, [409, 500]],
    [witnessId, witness, [401, 502]]
  ] as const) {
    for (const code of codes) {
      const description = `Refused: ${token}`
      yield* control.fault({ ...polls, bot, action: { kind: "error", code, description } })
    }
  }
  for (const method of [
    "setMessageReaction",
    "forwardMessage",
    "getUserPersonalChatMessages",
    "getChat",
    "getMe"
  ]) {
    for (const action of [losses[0], losses[6], losses[9]]) {
      if (action !== undefined) yield* control.fault({ stage: "received", method, action })
    }
  }
  return tg
})

// The tokens of both bots and of the dashboard show nowhere, whatever goes wrong: not in a line of output, an answer over HTTP, or a byte on disk.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { FaultRule } from "../../src/sandbox/Faults.ts"
import { png } from "../sandbox/pictures.ts"
import { answers, parrot } from "./Parrot.ts"
import {
  command,
  type Environment,
  eventually,
  feed,
  folder,
  launch,
  type Program,
  start,
  telegram,
  until,
  writeCatalog
} from "./Program.ts"
import { commandsOf, filesOf, formsOf, leaks, pagesOf, type Trace } from "./Secrecy.ts"

const publisher = "1000000001:AAHq7Zk0vXw3bTmJ9-uYc2RdLs5_eFgPnQi"
const witness = "1000000002:BBGw4Jx8rNc6pVhK1_tZf7SyMu3-dEaQoLk"
const dashboard = "kW5-vB9xTj2_nRq8Hc"
const secrets = [publisher, witness, dashboard]
const [publisherId, witnessId] = [1_000_000_001, 1_000_000_002]
const [admin, owner, log] = [7_001, 7_002, -1_001_000_000_777]

/** As noisy as can be. */
const env = (apiRoot: string, format: "json" | "pretty"): Environment => ({
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
const faults: ReadonlyArray<Pick<FaultRule, "stage" | "action">> = [
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

const channelName = (index: number) => `secret_${index}`
const chat = (index: number) => `@${channelName(index)}`

/** A channel for each fault; what is not known there is asked for soon, and then put in front of a person. */
const catalog = (channels: number, url: string) => `
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
const gallery = Effect.gen(function* () {
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
const failing = Effect.gen(function* () {
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

const lines = [
  ["check"],
  ["check", "--canary", "c0"],
  ["status"],
  ["status", "--json"],
  ["deliveries"],
  ["deliveries", "--json", "--limit", "1000"],
  ["preview", "feed"]
]

const clean = (traces: ReadonlyArray<Trace>) =>
  Effect.sync(() => {
    assert.deepStrictEqual(leaks(secrets, traces), [])
    assert.isEmpty(traces.filter(({ text }) => text === "").map(({ where }) => where))
  })

const everythingOf = (program: Program, path: string) =>
  Effect.gen(function* () {
    const pages = yield* pagesOf(program)
    yield* program.end("SIGTERM")
    return [{ where: "output", text: program.output() }, ...pages, ...filesOf(path)]
  })

describe("what is searched for", () => {
  it("is found in every form", () => {
    const half = publisher.slice(publisher.indexOf(":") + 1)
    const written = [
      publisher,
      encodeURIComponent(publisher),
      half,
      half.slice(3, 20),
      Buffer.from(publisher).toString("base64"),
      Buffer.from(`x${publisher}y`).toString("base64url"),
      Buffer.from(`{"token":"${half}"}`).toString("base64"),
      Buffer.from(half).toString("hex")
    ]
    for (const text of written)
      assert.lengthOf(leaks(secrets, [{ where: "here", text: `<${text}>` }]), 1, text)
    assert.deepStrictEqual(leaks(secrets, [{ where: "here", text: `${publisherId} AAHq7Zk0vXw` }]), [])
    assert.isAbove(formsOf(publisher).length, 30)
  })
})

describe.concurrent("no secret shows", { timeout: 120_000 }, () => {
  for (const format of ["json", "pretty"] as const) {
    it.scopedLive(`while the emulator fails in every way it knows, with ${format} logs`, () =>
      Effect.gen(function* () {
        const path = yield* folder
        const tg = yield* failing
        const given = env(tg.root, format)
        yield* writeCatalog(path, catalog(faults.length, yield* gallery))
        const program = yield* start(path, given)
        yield* until(
          "every channel had its fault, and what nobody knows is in front of people",
          Effect.zipWith(
            program.status,
            program.deliveries,
            ({ parked }, rows) => parked.length > 5 && rows.every(({ attempts }) => attempts > 0)
          ),
          "60 seconds"
        )
        const commands = format === "json" ? yield* commandsOf(path, given, lines) : []
        yield* clean([...(yield* everythingOf(program, path)), ...commands])
        assert.match(program.output(), /Unauthorized|<token>/)
      })
    )

    it.scopedLive(`while what answers repeats the token, with ${format} logs`, () =>
      Effect.gen(function* () {
        const path = yield* folder
        const server = yield* parrot
        const given = env(server.url, format)
        yield* writeCatalog(path, catalog(answers.length, yield* gallery))
        const program = yield* start(path, given)
        yield* until(
          "every answer was heard",
          Effect.map(
            program.deliveries,
            (rows) => rows.length > 0 && rows.every(({ attempts }) => attempts > 0)
          )
        )
        const commands =
          format === "json" ? yield* commandsOf(path, given, [["check", "--canary", "all"], ["status"]]) : []
        yield* clean([...(yield* everythingOf(program, path)), ...commands])
        assert.include(program.output(), "<token>")
        assert.strictEqual(server.followed(), 0, "a redirect was followed")
      })
    )
  }

  it.scopedLive("where nothing answers at all", () =>
    Effect.gen(function* () {
      const tg = yield* telegram([])
      const roots: ReadonlyArray<readonly [root: string, says: RegExp]> = [
        ["http://no-such-host.invalid", /ENOTFOUND|EAI_AGAIN/],
        ["http://127.0.0.1:9", /ECONNREFUSED/],
        // A server without TLS.
        [tg.root.replace("http:", "https:"), /EPROTO|ERR_SSL/]
      ]
      for (const [index, [root, says]] of roots.entries()) {
        const path = yield* folder
        const given = env(root, index % 2 === 0 ? "json" : "pretty")
        yield* writeCatalog(path, catalog(1, yield* gallery))
        const program = yield* start(path, given)
        yield* eventually(`the log says ${says}`, () => says.test(program.output()))
        yield* clean([
          ...(yield* everythingOf(program, path)),
          ...(yield* commandsOf(path, given, [["check"]]))
        ])
      }
    })
  )

  it.scopedLive("when a token is mistyped", () =>
    Effect.gen(function* () {
      const path = yield* folder
      yield* writeCatalog(path, catalog(1, yield* gallery))
      for (const [words, wrong] of [
        [["run"], publisher.replace(":", "")],
        [["check"], `bot${publisher}`],
        [["status"], `${publisher} ${witness}`]
      ] as const) {
        const given = { TELEGRAM_BOT_TOKEN: wrong, WITNESS_BOT_TOKEN: wrong }
        const { code, out, err } = yield* command(path, words, {
          ...env("http://127.0.0.1:9", "json"),
          ...given
        })
        assert.strictEqual(code, 2, words.join(" "))
        assert.deepStrictEqual(leaks(secrets, [{ where: words.join(" "), text: out + err }]), [])
      }
    })
  )

  it.scopedLive("when the program is killed in the middle of a send, and when it starts again", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const tg = yield* telegram([channelName(0)], { bots: [{ token: publisher, username: "scenario_bot" }] })
      const given = env(tg.root, "json")
      yield* writeCatalog(path, catalog(1, yield* gallery))
      yield* tg.emulator.control.fault({ stage: "processed", chat: chat(0), action: { kind: "crash" } })
      const first = yield* launch(path, given)
      yield* tg.emulator.onCrash(first.signal("SIGKILL"))
      yield* eventually("the program is killed", first.hasEnded)
      yield* clean([{ where: "output", text: first.output() }, ...filesOf(path)])
      const program = yield* start(path, given)
      yield* until(
        "it is found out what the post came to",
        Effect.map(program.deliveries, ([row]) => row?.state === "sent" || row?.state === "parked")
      )
      yield* clean(yield* everythingOf(program, path))
    })
  )
})

// The tokens of both bots and of the dashboard show nowhere, whatever goes wrong: not in a line of output, an answer over HTTP, or a byte on disk.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { answers, parrot } from "./Parrot.ts"
import {
  command,
  type Environment,
  eventually,
  folder,
  launch,
  type Program,
  start,
  telegram,
  until,
  writeCatalog
} from "./Program.ts"
import { commandsOf, filesOf, formsOf, leaks, pagesOf, type Trace } from "./Secrecy.ts"
import {
  catalog,
  channelName,
  chat,
  env,
  failing,
  faults,
  gallery,
  publisher,
  publisherId,
  secrets,
  witness
} from "./SecretStage.ts"

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

/** Plays it with both kinds of log, side by side. */
const bothFormats = <E, R>(play: (format: "json" | "pretty") => Effect.Effect<void, E, R>) =>
  Effect.forEach(["json", "pretty"] as const, play, { concurrency: 2, discard: true })

/** The commands are played once: they have no log format. */
const commandsIf = (
  wanted: boolean,
  path: string,
  given: Environment,
  lines: ReadonlyArray<ReadonlyArray<string>>
) => (wanted ? commandsOf(path, given, lines) : Effect.succeed([]))

describe("no secret shows", () => {
  it.scopedLive("while the emulator fails in every way it knows", () =>
    bothFormats((format) =>
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
          )
        )
        const commands = yield* commandsIf(format === "json", path, given, lines)
        yield* clean([...(yield* everythingOf(program, path)), ...commands])
        assert.include(program.output(), "<token>")
      })
    )
  )

  it.scopedLive("while what answers repeats the token", () =>
    bothFormats((format) =>
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
            (rows) =>
              rows.length > 0 && rows.every(({ reason, state }) => reason !== null && state !== "sending")
          )
        )
        const commands = yield* commandsIf(format === "json", path, given, [
          ["check", "--canary", "all"],
          ["status"]
        ])
        yield* clean([...(yield* everythingOf(program, path)), ...commands])
        assert.include(program.output(), "<token>")
        assert.strictEqual(server.followed(), 0, "a redirect was followed")
      })
    )
  )
})

describe.concurrent("no secret shows either", () => {
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

// Many sick feeds at once beside a good one, in the real program: neighbours do not notice, each illness is named, nothing grows.
import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { folder, type Program, posts, start, telegram, until, writeCatalog } from "./Program.ts"
import { rss, serveAll, sickFeeds } from "./SickFeeds.ts"

const good = (count: number) =>
  rss(
    Array.from(
      { length: count },
      (_, at) =>
        `<item><guid>good-${at}</guid><title>good-${at}</title><link>https://n.example/${at}</link></item>`
    ).join("")
  )

/** Asks all the time whether the program lives; gives the longest that an answer took so far, ms. */
const watched = (program: Program) =>
  Effect.gen(function* () {
    let longest = 0
    const look = Effect.promise(async () => {
      const begun = performance.now()
      await fetch(`${program.url}/health/live`)
      longest = Math.max(longest, performance.now() - begun)
    })
    yield* Effect.forkScoped(Effect.forever(Effect.delay(look, "50 millis")))
    return () => longest
  })

const peakMegabytes = (pid: number) =>
  Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024

const catalog = (port: number) => `
channels:
  good: { chat: "@scenario_good", pace: { gap: 0 seconds, perMinute: 1000 } }
  sick: { chat: "@scenario_sick", pace: { gap: 0 seconds, perMinute: 1000 } }
sources:
  good: { kind: rss, url: "http://127.0.0.1:${port}/good", every: 1 second, start: all, burst: false, to: [good], allowPrivate: true }
  locked: { kind: rss, url: "http://127.0.0.1:${port}/good", to: [sick] }
  named: { kind: rss, url: "http://localhost:${port}/good", to: [sick] }
  numeric: { kind: rss, url: "http://2130706433:${port}/good", to: [sick] }
  refused: { kind: rss, url: "http://127.0.0.1:9/", to: [sick], allowPrivate: true }
  nowhere: { kind: rss, url: "http://no-such-host.invalid/", to: [sick] }
${Object.entries(sickFeeds)
  .map(
    ([name, { options }], index) =>
      `  ${name}: { kind: rss, url: "http://127.0.1.${index + 1}:${port}/${name}", ${options ?? "start: all"}, burst: false, to: [sick], allowPrivate: true }`
  )
  .join("\n")}
`

const notes: Readonly<Record<string, RegExp>> = {
  ...Object.fromEntries(Object.entries(sickFeeds).map(([name, { note }]) => [name, note])),
  locked: /is not public; set allowPrivate: true/,
  named: /is not public; set allowPrivate: true/,
  numeric: /is not public; set allowPrivate: true/,
  refused: /refuses connections; tried again in/,
  nowhere: /host name that (does not resolve|DNS could not look up)/
}

describe("sick feeds", () => {
  it.scopedLive(
    "are each named in one sentence; the good one beside them arrives, the loop turns, memory stays",
    () =>
      Effect.gen(function* () {
        const path = yield* folder
        const tg = yield* telegram(["scenario_good", "scenario_sick"])
        let listed = 3
        const port = yield* serveAll((name) =>
          name === "good" ? (_, response) => void response.end(good(listed)) : sickFeeds[name]?.answer
        )
        yield* writeCatalog(path, catalog(port))
        const program = yield* start(path, tg.env)
        const longest = yield* watched(program)
        const goodPosts = (count: number) => posts(tg, "scenario_good", count)
        yield* goodPosts(3)
        yield* until(
          "every source polled",
          Effect.map(program.status, ({ sources }) => sources.every((source) => source.lastPoll !== null))
        )
        listed = 6
        yield* goodPosts(6)
        for (const { id, lastPoll } of (yield* program.status).sources) {
          assert.match(lastPoll?.note ?? "", notes[id] ?? /new|same|modified/i, id)
          assert.notMatch(lastPoll?.note ?? "", /\n|[^\x20-\x7e…]/, id)
        }
        // A reader without pauses holds the loop for many seconds; a machine that is at work otherwise, for one or two.
        assert.isBelow(longest(), 4_000)
        // About 300 of it are the 100,000 items of one document at once.
        assert.isBelow(peakMegabytes(program.pid), 900)
        assert.deepStrictEqual(yield* Effect.orDie(tg.emulator.control.duplicateTexts("@scenario_sick")), [])
        const end = yield* program.end("SIGTERM")
        assert.strictEqual(end.code, 0, program.output())
        assert.isBelow(end.tookMs, 5_000)
      })
  )
})

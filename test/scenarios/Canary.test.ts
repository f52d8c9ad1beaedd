// `oncecast check --canary`: which ways of seeing a post work, with each of them missing and with none; what is promised from that; and that
// nothing of it stays.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { arranged, catalog, log, type Place, texts, witnessToken } from "./CanaryPlaces.ts"
import { command, eventually, feed, folder, launch, start, until, writeCatalog } from "./Program.ts"

/** What the table says of a channel: the ways with their marks, and the promise. */
const table = (out: string, channel: string) => {
  const rows = out.split("\n").map((line) => /^(ok|no|FAIL) +(\w+)(?:: (\w+))? {2,}(.*)$/.exec(line) ?? [])
  const own = rows.filter(([, , name]) => name === channel)
  return {
    ways: Object.fromEntries(own.flatMap(([, mark = "", , way]) => (way === undefined ? [] : [[way, mark]]))),
    promise: own.find(([, , , way]) => way === undefined)?.[4] ?? ""
  }
}

const all = { profile: "ok", copies: "ok", questions: "ok", discussion: "ok", witness: "ok" }

/** By name: the place, its ways, what is promised. */
const heard: Readonly<
  Record<string, readonly [place: Place, ways: Readonly<Record<string, string>>, promise: RegExp]>
> = (() => {
  const whole = { profile: "works", copies: "works", discussion: "works" } as const
  const best = /is settled by itself; a duplicate that lands hours later is noticed and taken away$/
  return {
    whole: [whole, all, best],
    profileless: [{ ...whole, profile: "missing" }, { ...all, profile: "FAIL" }, best],
    copyless: [{ ...whole, copies: "missing" }, { ...all, copies: "FAIL" }, best],
    unasked: [{ ...whole, questions: "missing" }, { ...all, questions: "no" }, best],
    groupless: [{ ...whole, discussion: "missing" }, { ...all, discussion: "no" }, best],
    witnessless: [{ ...whole, witness: "missing" }, { ...all, witness: "FAIL" }, best],
    deaf: [
      { ...whole, discussion: "missing", witness: "missing" },
      { ...all, discussion: "no", witness: "FAIL" },
      /is settled by itself; a duplicate that lands hours later is found within the day and taken away$/
    ],
    blind: [
      { discussion: "works", questions: "missing" },
      { questions: "no", discussion: "ok", witness: "ok" },
      /is settled when it arrived, and waits for a person when it did not$/
    ]
  }
})()

/** The same without a witness bot: nothing is asked for that does not work. */
const unheard: typeof heard = {
  profiled: [
    { profile: "works", questions: "missing" },
    { profile: "ok", questions: "no" },
    /is found within the day and taken away$/
  ],
  copied: [{ copies: "works" }, { copies: "ok", questions: "ok" }, /is found within the day and taken away$/],
  asked: [{}, { questions: "ok" }, /settled by itself where nobody else posts, and else waits for a person$/],
  nothing: [{ questions: "missing" }, { questions: "no" }, /is not answered waits for a person$/],
  parked: [{ onUnknown: "park" }, { questions: "ok" }, /waits for a person; the channel goes on$/],
  resent: [{ onUnknown: "resend" }, { questions: "ok" }, /sent again: never lost, may be doubled$/],
  dropped: [{ onUnknown: "drop" }, { questions: "ok" }, /given up: never doubled, may be lost$/]
}

const placesOf = (cases: typeof heard) =>
  Object.fromEntries(Object.entries(cases).map(([name, [place]]) => [name, place]))

const judged = (cases: typeof heard, env: Record<string, string>, code: 0 | 1) =>
  Effect.gen(function* () {
    const path = yield* folder
    const tg = yield* arranged(placesOf(cases))
    yield* writeCatalog(path, catalog(placesOf(cases)))
    const check = yield* command(path, ["check", "--canary", "all"], { ...tg.env, ...env })
    for (const [name, [, ways, promise]] of Object.entries(cases)) {
      const found = table(check.out, name)
      assert.deepStrictEqual(found.ways, ways, `${name}\n${check.out}`)
      assert.match(found.promise, promise, name)
      assert.deepStrictEqual(yield* texts(tg, `@canary_${name}`), ["Welcome"])
    }
    assert.deepStrictEqual(yield* texts(tg, `${log}`), [])
    assert.strictEqual(check.code, code, check.err)
    if (code === 1) assert.match(check.err, /^\d+ of \d+ checks failed\.$/m)
  })

const lonely = { lonely: { discussion: "missing" } as const }

describe.concurrent("a canary", () => {
  it.scopedLive(
    "shows of each way whether it works, and what is promised without it; what was asked for and fails is exit code 1",
    () =>
      // Where nothing is heard the check waits for it: these go side by side.
      Effect.forEach(
        [["groupless"], ["witnessless"], ["deaf"], ["whole", "profileless", "copyless", "unasked", "blind"]],
        (names) =>
          judged(
            Object.fromEntries(Object.entries(heard).filter(([name]) => names.includes(name))),
            { WITNESS_BOT_TOKEN: witnessToken },
            names.includes("groupless") ? 0 : 1
          ),
        { concurrency: "unbounded", discard: true }
      )
  )

  it.scopedLive("is content where nothing was asked for, and says what little can be promised", () =>
    judged(unheard, {}, 0)
  )

  it.scopedLive("goes into one channel beside the running service, which neither minds nor posts less", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const places = { one: { profile: "works", copies: "works", discussion: "works" }, two: {} } as const
      const tg = yield* arranged(places)
      const source = yield* feed(["first"])
      const flow = `sources:\n  feed: { kind: rss, url: "${source.url}", every: 1 second, start: all, to: [one], allowPrivate: true }\n`
      yield* writeCatalog(path, catalog(places).replace("sources: {}\n", flow))
      const env = { ...tg.env, WITNESS_BOT_TOKEN: witnessToken }
      const program = yield* start(path, env)
      const posts = (count: number) =>
        until(
          `${count} posts`,
          Effect.map(texts(tg, "@canary_one"), (found) => found.length === count)
        )
      yield* posts(2)
      const check = yield* command(path, ["check", "--canary", "one"], env)
      assert.deepStrictEqual(table(check.out, "one").ways, all, check.out)
      assert.strictEqual(check.code, 0, check.err)
      source.set(["second", "first"])
      yield* posts(3)
      assert.lengthOf(
        yield* Effect.orDie(tg.emulator.control.history("@canary_two")),
        1,
        "the other is left alone"
      )
      yield* program.end("SIGTERM")
      assert.notMatch(program.output(), /ERROR|"WARN"/)
    })
  )

  it.scopedLive("is taken away when the check is broken off, and after a failure of Telegram", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const tg = yield* arranged(lonely)
      yield* writeCatalog(path, catalog(lonely))
      const posted = Effect.map(texts(tg, "@canary_lonely"), (found) => found.length === 2)
      const check = yield* launch(path, tg.env, ["check", "--canary", "lonely"])
      yield* until("the canary", posted)
      yield* tg.emulator.control.fault({
        stage: "received",
        method: "deleteMessage",
        action: { kind: "html", status: 502 }
      })
      yield* check.signal("SIGINT")
      yield* eventually("the end", check.hasEnded)
      assert.deepStrictEqual(yield* texts(tg, "@canary_lonely"), ["Welcome"])
    })
  )

  it.scopedLive("that may stand or cannot be taken away is told, with exit code 1", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const places = { lost: {}, stuck: {} }
      const tg = yield* arranged(places)
      yield* writeCatalog(path, catalog(places))
      const { control } = tg.emulator
      yield* control.fault({
        stage: "processed",
        chat: "@canary_lost",
        action: { kind: "html", status: 502 },
        method: "sendMessage"
      })
      const description = "Bad Request: message can't be deleted"
      yield* control.fault({
        stage: "received",
        method: "deleteMessage",
        action: { kind: "error", code: 400, description }
      })
      const check = yield* command(path, ["check", "--canary", "all"], tg.env)
      assert.match(check.out, /FAIL +channel lost +It is not known.*Look into @canary_lost: .* delete it/)
      assert.match(check.out, /FAIL +stuck: removal +the post 2 could not be taken away, delete it: /)
      assert.strictEqual(check.code, 1)
      const unknown = yield* command(path, ["check", "--canary", "nobody"], tg.env)
      assert.strictEqual(unknown.code, 1)
      assert.match(unknown.err, /There is no channel "nobody" in the catalog \(lost, stuck\)/)
      const tokenless = yield* command(path, ["check", "--canary", "all"])
      assert.strictEqual(tokenless.code, 1)
      assert.match(tokenless.out, /FAIL +canary +needs TELEGRAM_BOT_TOKEN/)
    })
  )
})

// E23: the seed decides everything that looks like chance, and a dump that is loaded judges like what was dumped.
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema, TestClock } from "effect"
import * as fc from "fast-check"
import { Snapshot } from "../../../src/sandbox/Snapshot.ts"
import { png } from "../pictures.ts"
import { inProcess } from "./inProcess.ts"
import { channel, makeWorld, words } from "./world.ts"

type InProcess = Effect.Effect.Success<ReturnType<typeof inProcess>>

const reply_markup = { inline_keyboard: [[{ text: "b", callback_data: "d" }]] }
const media = [1, 2].map(() => ({ type: "photo", media: "attach://p" }))
const p = { fileName: "p.png", bytes: png(20, 10) }

/** Things that can happen, by name. */
const deeds: Readonly<Record<string, (world: InProcess, n: number) => Effect.Effect<unknown, unknown>>> = {
  send: ({ said }, n) => said("sendMessage", { text: `${n}`, reply_markup }),
  album: ({ reply }) => reply("sendMediaGroup", { media }, { p }),
  edit: ({ said }, n) => said("editMessageText", { message_id: n, text: "edited" }),
  delete: ({ said }, n) => said("deleteMessage", { message_id: n }),
  pin: ({ said }) => said("pinChatMessage", { message_id: 1 }),
  react: ({ said }) => said("setMessageReaction", { message_id: 1, reaction: [{ emoji: "👍" }] }),
  foreign: ({ control }, n) => control.postAsAdmin(channel, `${n}`),
  say: ({ control }, n) => control.say(42, `${n}`),
  press: ({ control }) => Effect.ignore(control.press(channel, 1, "d")),
  poll: ({ said }) => said("getUpdates", { offset: -1, allowed_updates: ["message", "callback_query"] }),
  webhook: ({ said }) => said("setWebhook", { url: "https://a.example/", secret_token: "s" }),
  noWebhook: ({ said }) => said("deleteWebhook"),
  fault: ({ control }) => control.fault({ stage: "received", action: { kind: "rst" }, probability: 0.4 }),
  lose: ({ control }) => control.updateFault({ action: "delay", ms: 1000, times: 2 }),
  fetch: ({ said }) => said("sendPhoto", { photo: "https://cdn.example/none.png" }),
  web: ({ control }) => control.webPhoto("https://cdn.example/a.png", { bytes: png(5, 5) }),
  blind: ({ control }) => control.blind(channel, { from: 2 }, 5000),
  rate: ({ control }) => control.rate({ mode: "reject", burst: 4, punishMs: 500 }, channel),
  flood: ({ control }) => control.flood(2),
  group: ({ control }) => control.addChat({ type: "group", id: -5, linkedChat: -6 }),
  migrate: ({ control }) => Effect.ignore(control.migrate("-5")),
  personal: ({ control }) => control.personalChat(42, channel),
  rights: ({ control }) => control.setMembership(channel, "administrator", { can_delete_messages: false }),
  rename: ({ control }, n) => control.setChat(channel, { title: `${n}`, photo: true, description: "d" }),
  bot: ({ control }) => control.addBot("5:SECOND-bot", "second_bot", true),
  commands: ({ said }) => said("setMyCommands", { commands: [{ command: "a" }] }),
  wait: () => TestClock.adjust("300 millis")
}

const names = Object.keys(deeds)
/** Two worlds share the clock: what is done to both takes no time. */
const instant = names.filter((name) => name !== "wait")
const doAll = (world: InProcess, chosen: ReadonlyArray<string>) =>
  Effect.forEach(chosen, (name, n) => Effect.orDie((deeds[name] ?? (() => Effect.void))(world, n + 1)))

/** The dump as it would be on disk. */
const dumped = ({ control }: InProcess) =>
  Effect.flatMap(control.dump, (snapshot) => Schema.encode(Schema.parseJson(Snapshot))(snapshot)).pipe(
    Effect.orDie
  )

const filesOf = (world: InProcess) =>
  Effect.gen(function* () {
    const { files } = yield* world.control.dump
    const bytes = yield* Effect.forEach(files, (name) => Effect.orDie(world.control.file(name)))
    return new Map(files.map((name, index) => [name, bytes[index] ?? new Uint8Array()]))
  })

const copyOf = (world: InProcess) =>
  Effect.gen(function* () {
    const copy = yield* inProcess()
    const snapshot = yield* Effect.orDie(Schema.decode(Schema.parseJson(Snapshot))(yield* dumped(world)))
    yield* copy.control.load(snapshot, yield* filesOf(world))
    return copy
  })

const chosen = fc.array(fc.constantFrom(...instant), { maxLength: 12 })
describe("dump and load (E23)", () => {
  it.scoped("E23: what is loaded dumps as what was dumped, and judges the same whatever comes then", () =>
    Effect.forEach(Array.from({ length: 40 }), (_, n) =>
      Effect.gen(function* () {
        const [first = [], then = []] =
          n === 0 ? [names, instant] : fc.sample(chosen, { seed: n, numRuns: 2 })
        const world = yield* inProcess({ seed: n + 1, switches: { idGaps: n % 2 === 0 } })
        yield* doAll(world, first)
        const copy = yield* copyOf(world)
        assert.strictEqual(yield* dumped(copy), yield* dumped(world), `seed ${n}: as it was loaded`)
        const answers = yield* doAll(world, then)
        assert.strictEqual(
          JSON.stringify(yield* doAll(copy, then)),
          JSON.stringify(answers),
          `seed ${n}: answers`
        )
        assert.strictEqual(yield* dumped(copy), yield* dumped(world), `seed ${n}: afterwards`)
      }).pipe(Effect.scoped)
    )
  )

  it.scoped("E23: the same seed and calls give the same answers and dump; another seed gives others", () =>
    Effect.gen(function* () {
      const run = (seed: number) =>
        Effect.scoped(
          Effect.gen(function* () {
            const world = yield* inProcess({ seed })
            const answers = yield* doAll(world, ["fault", "send", "album", "send", "album", "say", "send"])
            return JSON.stringify([answers, yield* dumped(world)])
          })
        )
      const [one, again, other] = [yield* run(1), yield* run(1), yield* run(2)]
      assert.strictEqual(one, again)
      assert.notStrictEqual(one, other)
    })
  )

  it.scoped("E23: what is kept stays small: old messages go, with the files that nothing else shows", () =>
    Effect.gen(function* () {
      const world = yield* inProcess({ keepMessages: 2 })
      const photo = (width: number) =>
        world.reply("sendPhoto", {}, { photo: { fileName: "p.png", bytes: png(width, 10) } })
      for (const width of [10, 20, 10, 30]) yield* photo(width)
      const { files } = yield* world.control.dump
      assert.lengthOf(yield* world.control.history(channel), 2)
      assert.lengthOf(files, 2)
    })
  )

  it.scopedLive("E23: over HTTP a dump carries its files, and a fresh emulator goes on with it", () =>
    Effect.gen(function* () {
      const before = yield* makeWorld({ rate: { mode: "reject", burst: 2 } })
      const sent = yield* before.done("sendPhoto", { chat_id: channel, photo: png(100, 50) })
      yield* before.control.say(42, "waiting")
      const { body } = yield* before.ask("dump")
      const after = yield* makeWorld()
      const dump = typeof body.result === "object" ? { ...body.result } : {}
      assert.strictEqual(words(yield* after.tell("load", dump)), "ok")
      const photo = /.*"file_id":"([^"]+)"/.exec(JSON.stringify(sent))?.[1] ?? ""
      const again = yield* after.done("sendPhoto", { chat_id: channel, photo })
      assert.containsSubset(again, { message_id: 2 })
      assert.match(yield* after.said("sendMessage", { chat_id: channel, text: "x" }), /^429/)
      assert.containsSubset(yield* after.done("getUpdates", {}), [{ message: { text: "waiting" } }])
    })
  )
})

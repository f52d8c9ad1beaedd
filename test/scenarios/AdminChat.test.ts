// The admin's chat of the real process, beside a full day's work: 200 commands of 20 admins while four channels post. Measured on the emulator: the time
// from an update being there to its answer standing in the chat. The figure is printed; what is asserted is that each was answered.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { first } from "../../src/sandbox/Messages.ts"
import { feed, folder, names, start, telegram, until, writeCatalog } from "./Program.ts"

const admins = Array.from({ length: 20 }, (_, index) => 8_001 + index)
const channels = ["load_a", "load_b", "load_c", "load_d"]
const rounds = 10
const betweenMs = 100

const catalog = (url: string) => `
admins: [${admins.join(", ")}]
channels:
${channels.map((name) => `  ${name}: { chat: "@${name}", pace: { gap: 0 seconds, perMinute: 1000 } }`).join("\n")}
sources:
  feed: { kind: rss, url: "${url}", every: 1 second, start: all, burst: false, to: [${channels.join(", ")}], allowPrivate: true }
`

const commands = [
  "/status",
  "/queue",
  "/channels",
  "/sources",
  "/history",
  "/help",
  "/decisions",
  "/pause load_a"
]

const quantile = (sorted: ReadonlyArray<number>, share: number) =>
  sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN

describe("the admin's chat of a service at work", () => {
  it.scopedLive("answers each of 200 commands; how soon is printed", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const tg = yield* telegram(channels)
      const { control } = tg.emulator
      yield* control.rate({ mode: "reject", perMinute: 100_000, spacingMs: 1, burst: 1_000 })
      for (const person of admins)
        yield* control.rate({ burst: 3, spacingMs: 1_000 }, `${person}`).pipe(Effect.ignore)
      const source = yield* feed(names(400))
      yield* writeCatalog(path, catalog(source.url))
      yield* start(path, tg.env)
      const sent = Effect.map(control.calls("sendMessage"), (calls) => calls.length)
      yield* until(
        "posts go out",
        Effect.map(sent, (count) => count > 20)
      )
      const begun = yield* sent
      for (let round = 0; round < rounds; round++) {
        for (const [index, person] of admins.entries()) {
          yield* control.say(person, commands[(round + index) % commands.length] ?? "/status")
          yield* Effect.sleep(betweenMs)
        }
      }
      const chats = Effect.forEach(admins, (person) => Effect.orDie(control.standing(`${person}`)))
      const answered = Effect.map(chats, (all) =>
        all.every((messages) => messages.filter(({ author }) => author.kind === "bot").length >= rounds)
      )
      yield* until("all are answered", answered, "60 seconds")
      const posts = (yield* sent) - begun
      const times = (yield* chats).flatMap((messages) => {
        const asked = messages.filter(({ author }) => author.kind === "user").map((one) => first(one).at)
        const told = messages.filter(({ author }) => author.kind === "bot").map((one) => first(one).at)
        return asked.map((at, index) => (told[index] ?? Number.NaN) - at)
      })
      const sorted = times.toSorted((a, b) => a - b)
      assert.lengthOf(sorted, admins.length * rounds)
      assert.isTrue(sorted.every((time) => time >= 0))
      process.stdout.write(
        `admin chat: ${sorted.length} commands while ${posts - sorted.length} posts went out; ` +
          `p50 ${quantile(sorted, 0.5)} ms, p99 ${quantile(sorted, 0.99)} ms, longest ${sorted.at(-1)} ms\n`
      )
    })
  )
})

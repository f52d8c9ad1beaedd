// `npm run chat-load`: the admin's chat of the real process, beside a full day's work: 200 commands of 20 admins, first while eight channels post
// each at a channel's pace, then while eight without one want all that Telegram takes from a bot. Measured on the emulator, from an update being
// there to its answer standing in the chat. Needs `npm run build`.
import { Effect } from "effect"
import { first } from "../../../src/sandbox/Messages.ts"
import { feed, folder, names, start, telegram, until, writeCatalog } from "../../scenarios/Program.ts"

const admins = Array.from({ length: 20 }, (_, index) => 8_001 + index)
const channels = Array.from({ length: 8 }, (_, index) => `load_${index}`)
const rounds = 10
const betweenMs = 100

/** A channel's own pace; without one, the limit of all calls together is what holds the posts back. */
const paces = { paced: "gap: 1 second, perMinute: 20", unpaced: "gap: 0 seconds, perMinute: 1200" }

const catalog = (url: string, pace: string) => `
admins: [${admins.join(", ")}]
channels:
${channels.map((name) => `  ${name}: { chat: "@${name}", pace: { ${pace} } }`).join("\n")}
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
  "/pause load_0"
]

const quantile = (sorted: ReadonlyArray<number>, share: number) =>
  sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN

const measured = Effect.fnUntraced(function* (name: string, pace: string) {
  const path = yield* folder
  const tg = yield* telegram(channels)
  const { control } = tg.emulator
  yield* control.rate({ mode: "reject", perMinute: 100_000, spacingMs: 1, burst: 1_000 })
  for (const person of admins)
    yield* control.rate({ burst: 3, spacingMs: 1_000 }, `${person}`).pipe(Effect.ignore)
  const source = yield* feed(names(1_000))
  yield* writeCatalog(path, catalog(source.url, pace))
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
  process.stdout.write(
    `admin chat, ${name} channels: ${sorted.length} commands while ${posts - sorted.length} posts went out; ` +
      `p50 ${quantile(sorted, 0.5)} ms, p99 ${quantile(sorted, 0.99)} ms, longest ${sorted.at(-1)} ms\n`
  )
  return quantile(sorted, 0.99)
})

/** What an operator is promised, ms. */
const promised = 500

const p99s = await Effect.runPromise(
  Effect.forEach(Object.entries(paces), ([name, pace]) => Effect.scoped(measured(name, pace)))
)
process.exit(p99s.every((ms) => ms <= promised) ? 0 : 1)

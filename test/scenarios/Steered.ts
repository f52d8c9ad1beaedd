// A service with something to decide in every way there is, the choices that people have, and what each of them must lead to: the same for
// whichever surface the choice is made on.
import { assert } from "@effect/vitest"
import { Effect, type Scope } from "effect"
import {
  type Environment,
  feed,
  folder,
  type Program,
  type Telegram,
  telegram,
  until,
  writeCatalog
} from "./Program.ts"

export const dashboardToken = "open-sesame-of-the-scenario-tests"

const [news, other] = ["@scenario_news", "@scenario_other"] as const

const catalog = (feedUrl: string, floodUrl: string) => `
channels:
  news: { chat: "${news}", pace: { gap: 0 seconds, perMinute: 1000 }, onUnknown: park, onGone: delete }
  other: { chat: "${other}", pace: { gap: 0 seconds, perMinute: 1000 } }
sources:
  feed: { kind: rss, url: "${feedUrl}", every: 1 second, start: all, burst: false, to: [news], allowPrivate: true }
  flood: { kind: rss, url: "${floodUrl}", every: 1 second, to: [other], allowPrivate: true }
`

/** Ids of deliveries: one that stands, two parked ones of which one arrived, one that Telegram refused. */
export interface Undecided {
  readonly sent: number
  readonly there: number
  readonly missing: number
  readonly refused: number
}

/** One choice, as every surface has it. */
export type Choice =
  | { readonly settle: number; readonly found: { readonly messageId: number } | "absent" }
  | { readonly retry: number }
  | { readonly withdraw: number }
  | { readonly pause: string }
  | { readonly resume: string }
  | { readonly release: string; readonly newest: number }

/** Makes a choice that must be possible; gives the sentence that it was answered with. */
export type Steer = (choice: Choice) => Effect.Effect<string>

export interface Stage {
  readonly path: string
  readonly env: Environment
  readonly tg: Telegram
}

/** Everything up to the first start of the program. */
export const staged: Effect.Effect<Stage, never, Scope.Scope> = Effect.gen(function* () {
  const path = yield* folder
  const tg = yield* telegram(["scenario_news", "scenario_other"])
  const source = yield* feed(["refused", "missing", "there", "sent"])
  const flood = yield* feed(["flood-0"])
  flood.answer((_, response) => {
    // Apparently new items at once, once the first sight is over.
    flood.set([...Array.from({ length: 20 }, (_, index) => `flood-${20 - index}`), "flood-0"])
    flood.answer(undefined)
    response.end(
      "<rss version='2.0'><channel><item><guid>flood-0</guid><title>flood-0</title></item></channel></rss>"
    )
  })
  const { fault } = tg.emulator.control
  const onNews = { method: "sendMessage", chat: news } as const
  yield* fault({ ...onNews, stage: "processed", nth: 2, action: { kind: "rst" } })
  yield* fault({ ...onNews, stage: "received", nth: 3, action: { kind: "rst" } })
  const description = "Bad Request: can't parse entities: nobody knows why"
  yield* fault({ ...onNews, stage: "received", nth: 4, action: { kind: "error", code: 400, description } })
  yield* writeCatalog(path, catalog(source.url, flood.url))
  return { path, tg, env: tg.env }
})

/** Waits until everything is there to be decided. */
export const undecided = (program: Program) =>
  Effect.gen(function* () {
    yield* until(
      "something to decide in every way",
      Effect.map(program.status, ({ channels, bursts }) => {
        const { sent = 0, parked = 0, refused = 0 } = channels[0]?.ledger?.counts ?? {}
        return sent === 1 && parked === 2 && refused === 1 && bursts.length === 1
      })
    )
    const rows = yield* program.deliveries
    const idOf = (title: string) => rows.find((row) => row.title === title)?.id ?? 0
    return {
      sent: idOf("sent"),
      there: idOf("there"),
      missing: idOf("missing"),
      refused: idOf("refused")
    } satisfies Undecided
  })

/** Every choice but that to resume. */
export const decide = (steer: Steer, { sent, there, missing, refused }: Undecided) =>
  Effect.gen(function* () {
    assert.match(yield* steer({ pause: "other" }), /channel other is paused/)
    assert.match(yield* steer({ settle: there, found: { messageId: 2 } }), /counts as sent/)
    assert.match(yield* steer({ settle: missing, found: "absent" }), /queued again/)
    assert.match(yield* steer({ retry: refused }), /queued again/)
    assert.match(yield* steer({ withdraw: sent }), /withdrawn/)
    assert.match(yield* steer({ release: "flood", newest: 2 }), /2 deliveries of flood are queued/)
  })

/** What readers see of these choices, and what the status says. */
export const decided = ({ tg }: Stage, program: Program, { there }: Undecided) =>
  Effect.gen(function* () {
    yield* until(
      "the channel is as it was decided",
      Effect.map(
        tg.texts(news),
        (texts) => texts.map((text) => text.split("\n")[0]).join() === "there,missing,refused"
      )
    )
    const settled = (yield* program.deliveries).find(({ id }) => id === there)
    assert.deepInclude(settled, { state: "sent", messageIds: [2], attempts: 1 })
    yield* until(
      "the paused channel holds what was released",
      Effect.map(program.status, ({ channels }) => {
        const [, paused] = channels
        return paused?.activity.is === "paused" && paused.ledger?.counts.queued === 2
      })
    )
    assert.deepStrictEqual(yield* tg.texts(other), [])
  })

export const resumed = ({ tg }: Stage, steer: Steer) =>
  Effect.gen(function* () {
    assert.match(yield* steer({ resume: "other" }), /channel other goes on/)
    yield* until(
      "the two newest of the flood",
      Effect.map(
        tg.texts(other),
        (texts) => texts.map((text) => text.split("\n")[0]).join() === "flood-19,flood-20"
      )
    )
  })

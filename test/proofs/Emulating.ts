// The emulator as a process of its own, and its control over HTTP: what a proof asks of it when the emulator must not share the prover's event loop.
import { Effect, Schedule, Schema, type Scope } from "effect"
import { Message } from "../../src/sandbox/Messages.ts"
import type { RatePolicy } from "../../src/sandbox/RateModel.ts"
import { type Environment, eventually, launch, token } from "../scenarios/Program.ts"

const Call = Schema.Struct({
  id: Schema.Number,
  at: Schema.Number,
  chat: Schema.String,
  endedAt: Schema.optional(Schema.Number),
  outcome: Schema.optional(Schema.String)
})
type Call = typeof Call.Type

const Windows = Schema.Struct({ perSecond: Schema.Number, perMinute: Schema.Number })

export interface Emulating {
  readonly pid: number
  readonly env: Environment
  /** Acts: a verb of the emulator's control with its arguments. */
  readonly act: (verb: string, args: unknown) => Effect.Effect<void>
  /** Everything that ever stood in a chat. */
  readonly history: (chat: string) => Effect.Effect<ReadonlyArray<Message>>
  readonly sends: Effect.Effect<ReadonlyArray<Call>>
  /** The busiest second and minute, of one chat or of all. */
  readonly windows: (chat?: string) => Effect.Effect<typeof Windows.Type>
}

const asked = <A, I>(url: string, schema: Schema.Schema<A, I>, args?: unknown): Effect.Effect<A> =>
  Effect.tryPromise(() =>
    fetch(url, args === undefined ? {} : { method: "POST", body: JSON.stringify(args) }).then((answer) =>
      answer.json()
    )
  ).pipe(
    // Its port may be closed just then, as a fault.
    Effect.retry(Schedule.intersect(Schedule.spaced("500 millis"), Schedule.recurs(20))),
    Effect.flatMap(Schema.decodeUnknown(Schema.Struct({ ok: Schema.Literal(true), result: schema }))),
    Effect.map(({ result }) => result),
    Effect.orDie
  )

/** Starts one in `path`, with these channels, this flood control, and a memory for everything; ends with the scope. */
export const emulating = (
  path: string,
  chats: ReadonlyArray<string>,
  rate: Partial<RatePolicy>
): Effect.Effect<Emulating, never, Scope.Scope> =>
  Effect.gen(function* () {
    const running = yield* launch(path, { LOG_FORMAT: "json" }, ["sandbox", "--port", "0"])
    const address = () => /API root\s+(http:[\w.:/]+)/.exec(running.output())?.[1]
    yield* eventually("the emulator listens", () => address() !== undefined || running.hasEnded())
    const root = address()
    if (root === undefined) return yield* Effect.dieMessage(`the emulator ended:\n${running.output()}`)
    const act: Emulating["act"] = (verb, args) =>
      Effect.asVoid(asked(`${root}/_emu/${verb}`, Schema.Unknown, args))
    yield* act("reset", {
      bots: [{ token, username: "scenario_bot" }],
      unknownChats: "refuse",
      unknownBots: "refuse",
      keepMessages: 10_000_000,
      rate
    })
    for (const username of chats) yield* act("chat", { username })
    const read = <A, I>(noun: string, schema: Schema.Schema<A, I>, query: Record<string, string> = {}) =>
      asked(`${root}/_emu/${noun}?${new URLSearchParams(query)}`, schema)
    return {
      pid: running.pid,
      env: { TELEGRAM_BOT_TOKEN: token, TELEGRAM_API_ROOT: root },
      act,
      history: (chat) => read("history", Schema.Array(Message), { chat }),
      sends: read("calls", Schema.Array(Call), { method: "sendMessage" }),
      windows: (chat) => read("windows", Windows, chat === undefined ? {} : { chat })
    }
  })

// The situations of the exam, for any rival: the same feed, the same faults, the same count by what readers of the channels ever saw.
import { Effect, type Scope } from "effect"
import { eventually, names, until } from "../../scenarios/Program.ts"
import { early, type Sent } from "../Counting.ts"
import { type Absent, pollSeconds, type Rival } from "./Rival.ts"
import { type Cost, type Stage, settled, staged } from "./Stage.ts"

export interface Result extends Cost {
  readonly rival: string
  readonly situation: string
  readonly expected: number
  readonly sent: number
  readonly lost: number
  readonly doubled: number
  /** Sends too soon after a wait that Telegram asked for, refused ones that no fault made, and posts above twenty in a minute. */
  readonly violations: number
}

export interface Situation {
  readonly name: string
  readonly play: (rival: Rival) => Effect.Effect<Result, Absent, Scope.Scope>
}

/** So long a flood wait of these situations is. */
const waitSeconds = 10

const overOf = (stage: Stage, floods: boolean) =>
  Effect.gen(function* () {
    const { control } = stage.emulator
    const calls: ReadonlyArray<Sent> = yield* control.calls("sendMessage")
    const windows = yield* Effect.forEach(stage.channels, (name) => Effect.orDie(control.windows(`@${name}`)))
    const refused = calls.filter(({ outcome }) => outcome === "429").length
    return windows.reduce(
      (total, { perMinute }) => total + Math.max(0, perMinute - 20),
      floods ? early(calls, waitSeconds) : refused
    )
  })

const judged = (rival: Rival, name: string, stage: Stage, items: ReadonlyArray<string>, floods = false) =>
  Effect.gen(function* () {
    return {
      rival: rival.name,
      situation: name,
      expected: items.length * stage.channels.length,
      ...(yield* stage.counted(items)),
      violations: yield* overOf(stage, floods),
      ...(yield* stage.cost)
    } satisfies Result
  })

/** The items appear at once, and the rival has its time. */
const plain = (name: string, channels: ReadonlyArray<string>, items: ReadonlyArray<string>): Situation => ({
  name,
  play: (rival) =>
    Effect.gen(function* () {
      const stage = yield* staged(rival, channels)
      stage.list([...items, "first", "old"])
      yield* settled(stage, items)
      return yield* judged(rival, name, stage, items)
    })
})

const killed: Situation = {
  name: "kill -9 after one accepted send",
  play: (rival) =>
    Effect.gen(function* () {
      const items = names(21)
      const stage = yield* staged(rival, ["killed"])
      stage.list([...items, "first", "old"])
      yield* until(
        "one is accepted",
        Effect.map(stage.counted(items), ({ sent }) => sent > 0),
        "10 minutes"
      )
      yield* stage.running.end("SIGKILL")
      yield* stage.launch
      yield* settled(stage, items)
      return yield* judged(rival, killed.name, stage, items)
    })
}

const storm: Situation = {
  name: "429 storms, each asks to wait 10 s",
  play: (rival) =>
    Effect.gen(function* () {
      const items = names(40)
      const stage = yield* staged(rival, ["storm"])
      const description = `Too Many Requests: retry after ${waitSeconds}`
      yield* stage.emulator.control.fault({
        stage: "received",
        method: "sendMessage",
        probability: 0.25,
        action: { kind: "error", code: 429, description, retryAfter: waitSeconds }
      })
      stage.list([...items, "first", "old"])
      yield* settled(stage, items)
      return yield* judged(rival, storm.name, stage, items, true)
    })
}

const hangUps: Situation = {
  name: "500s and hang-ups, before and after accept",
  play: (rival) =>
    Effect.gen(function* () {
      const items = names(25)
      const stage = yield* staged(rival, ["hangups"])
      const { control } = stage.emulator
      const restart = { kind: "error", code: 500, description: "Internal Server Error: restart" } as const
      for (const action of [restart, { kind: "rst" } as const, { kind: "html", status: 502 } as const]) {
        yield* control.fault({ stage: "processed", method: "sendMessage", probability: 0.1, action })
        yield* control.fault({ stage: "received", method: "sendMessage", probability: 0.05, action })
      }
      stage.list([...items, "first", "old"])
      yield* settled(stage, items)
      return yield* judged(rival, hangUps.name, stage, items)
    })
}

const churn: Situation = {
  name: "guids that change with each poll",
  play: (rival) =>
    Effect.gen(function* () {
      const items = names(30)
      const stage = yield* staged(rival, ["churn"])
      stage.list([...items, "first", "old"], true)
      const before = stage.polls()
      yield* eventually("four polls", () => stage.polls() >= before + 4, "20 minutes")
      yield* settled(stage, items)
      return yield* judged(rival, churn.name, stage, items)
    })
}

const restarts: Situation = {
  name: "restarts with a full feed",
  play: (rival) =>
    Effect.gen(function* () {
      const items = names(30)
      const stage = yield* staged(rival, ["restarts"])
      stage.list([...items, "first", "old"])
      yield* settled(stage, items)
      let { running } = stage
      for (const signal of ["SIGTERM", "SIGKILL"] as const) {
        yield* running.end(signal)
        const before = stage.polls()
        running = yield* stage.launch
        yield* eventually("two polls", () => stage.polls() >= before + 2, "10 minutes")
        yield* Effect.sleep((pollSeconds / 2) * 1000)
      }
      return yield* judged(rival, restarts.name, stage, items)
    })
}

export const situations: ReadonlyArray<Situation> = [
  plain("90 items at once", ["burst"], names(90)),
  killed,
  storm,
  hangUps,
  plain("one feed to two channels", ["left", "right"], names(30)),
  churn,
  restarts
]

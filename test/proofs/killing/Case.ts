// One cell of the kill matrix: the real program delivers to the emulator, is killed at a named step of its second delivery, is started again
// while a fault is on, and must bring the channel into order by itself. What readers saw in the end is the verdict.
import { pathToFileURL } from "node:url"
import { Effect, type Scope } from "effect"
import { current } from "../../../src/sandbox/Messages.ts"
import {
  type Feed,
  feed,
  folder,
  launch,
  type Program,
  start,
  type Telegram,
  telegram,
  token,
  until,
  writeCatalog
} from "../../scenarios/Program.ts"

export const steps = [
  "before the intent",
  "after the intent",
  "bytes out, never carried out",
  "bytes out, carried out later",
  "carried out, not answered",
  "answered, not recorded",
  "recorded"
] as const
export type Step = (typeof steps)[number]

export const techniques = ["questions", "copies", "profile", "discussion", "witness", "a person"] as const
export type Technique = (typeof techniques)[number]

export const faults = [
  "none",
  "posts of others",
  "blind reader",
  "reader out of order",
  "flooded reader",
  "deaf"
] as const
export type Fault = (typeof faults)[number]

export interface Cell {
  readonly step: Step
  readonly technique: Technique
  readonly fault: Fault
}

export interface Verdict extends Cell {
  /** Items that no reader ever saw, though they are not left to a person. */
  readonly lost: number
  /** Items of which readers ever saw two posts. */
  readonly doubled: number
  /** Posts of other people that were edited or deleted. */
  readonly touched: number
  /** Items that are left to a person. */
  readonly parked: number
}

const items = ["one", "two", "three", "four"] as const
const witnessToken = "1000000002:WITNESS-of-the-kill-matrix-AAAAAAAAAA"
const log = -1_001_000_000_777
const group = -1_001_000_000_888
const owner = 9001
const chat = "@deals"

const catalogOf = (technique: Technique, url: string) => `
channels:
  deals:
    chat: "${chat}"
    pace: { gap: 0 seconds, perMinute: 6000 }
    verify: { wait: 2 seconds, again: 1 second, giveUp: 20 seconds }
    onUnknown: ${technique === "a person" ? "park" : "verify"}
    ${technique === "copies" ? `logChat: ${log}` : ""}
    ${technique === "profile" ? `profileOf: ${owner}` : ""}
sources:
  shop: { kind: rss, url: "${url}", every: 1 second, start: all, to: [deals], allowPrivate: true }
`

const preload = pathToFileURL(`${import.meta.dirname}/preload.mjs`).href

/** What of the environment makes the program end at this step of its second delivery. */
const killAt: Partial<Record<Step, string>> = {
  "before the intent": "before-intent",
  "after the intent": "after-intent",
  "answered, not recorded": "before-outcome",
  recorded: "after-outcome"
}

const prepared = (technique: Technique) =>
  Effect.gen(function* () {
    const bots = [
      { token, username: "scenario_bot" },
      { token: witnessToken, username: "witness_bot" }
    ]
    const tg = yield* telegram([], { bots })
    const { control } = tg.emulator
    const rights = { can_post_messages: true, can_edit_messages: false, can_delete_messages: false }
    yield* control.addChat({ username: "deals", bots: { status: "administrator", rights } })
    yield* control.addChat({ id: log, title: "Log" })
    yield* control.personalChat(owner, chat)
    yield* control.postAsAdmin(chat, "Welcome")
    if (technique === "discussion") {
      yield* control.addChat({ id: group, type: "supergroup", title: "Discussion" })
      yield* control.setChat(chat, { linkedChat: group })
    }
    return tg
  }).pipe(Effect.orDie)

const standing = (tg: Telegram) => Effect.orDie(tg.emulator.control.standing(chat))

/** Runs until it is killed at the step. */
const killed = (step: Step, tg: Telegram, path: string, env: Record<string, string>) =>
  Effect.gen(function* () {
    const { control, onCrash } = tg.emulator
    const at = killAt[step]
    const second = { method: "sendMessage", chat, nth: 2 } as const
    const stalls = step === "bytes out, never carried out" || step === "bytes out, carried out later"
    if (step === "bytes out, never carried out") {
      yield* control.fault({ ...second, stage: "received", action: { kind: "stall" } })
    }
    if (step === "bytes out, carried out later") {
      yield* control.fault({
        ...second,
        stage: "received",
        action: { kind: "late", ms: 1_500, loss: { kind: "stall" } }
      })
    }
    if (step === "carried out, not answered") {
      yield* control.fault({ ...second, stage: "processed", action: { kind: "crash" } })
    }
    const options =
      at === undefined ? {} : { NODE_OPTIONS: `--import=${preload}`, KILL_AT: at, KILL_NTH: "2" }
    const program = yield* launch(path, { ...env, ...options })
    yield* onCrash(program.signal("SIGKILL"))
    if (stalls) {
      const sent = control.calls("sendMessage")
      yield* until(
        "the second post is under way",
        // Whose body has come: a call that is broken off before that is not the one that the fault is for.
        Effect.map(sent, (calls) => calls.filter(({ reached }) => reached !== "accepted").length >= 2)
      )
      yield* program.signal("SIGKILL")
    }
    yield* until(`the program is killed: ${step}`, Effect.sync(program.hasEnded), "30 seconds")
  }).pipe(Effect.scoped)

/** What goes wrong while the program finds out. */
const disturb = (fault: Fault, tg: Telegram) =>
  Effect.gen(function* () {
    const { control } = tg.emulator
    const readers = ["forwardMessage", "getUserPersonalChatMessages", "setMessageReaction"]
    switch (fault) {
      case "none":
        return
      case "posts of others":
        for (const text of ["x", "y"]) yield* control.postAsAdmin(chat, text)
        return
      case "blind reader": {
        const newest = (yield* standing(tg)).at(-1)?.id ?? 0
        yield* control.blind(chat, newest, 2_500)
        return
      }
      case "reader out of order":
        for (const method of readers) {
          yield* control.fault({
            stage: "received",
            method,
            times: 2,
            probability: 1,
            action: { kind: "html", status: 502 }
          })
        }
        return
      case "flooded reader": {
        const description = "Too Many Requests: retry after 2"
        const action = { kind: "error", code: 429, description, retryAfter: 2 } as const
        for (const method of readers) yield* control.fault({ stage: "received", method, action })
        return
      }
      case "deaf":
        yield* control.fault({
          stage: "received",
          method: "getUpdates",
          times: 6,
          probability: 1,
          action: { kind: "rst" }
        })
    }
  }).pipe(Effect.orDie)

const titleOf = (text: string) => text.replaceAll("\u200b", "").split("\n")[0] ?? ""

const judged = (cell: Cell, tg: Telegram, program: Program): Effect.Effect<Verdict> =>
  Effect.gen(function* () {
    const history = yield* Effect.orDie(tg.emulator.control.history(chat))
    const parked = (yield* program.deliveries)
      .filter(({ state }) => state === "parked")
      .map(({ title }) => title)
    const ours = history.filter(({ author }) => author.kind === "bot")
    const count = (item: string) =>
      ours.filter((message) => {
        const { content } = current(message)
        return content.kind === "text" && titleOf(content.text.text) === item
      }).length
    const foreign = history.filter(({ author }) => author.kind === "user")
    return {
      ...cell,
      lost: items.filter((item) => count(item) === 0 && !parked.includes(item)).length,
      doubled: items.filter((item) => count(item) > 1).length,
      touched: foreign.filter(({ versions, deleted }) => versions.length > 1 || deleted !== undefined).length,
      parked: parked.length
    }
  })

const settled = (program: Program) =>
  Effect.map(program.deliveries, (rows) => {
    const over = rows.filter(({ state }) => state === "sent" || state === "edited" || state === "parked")
    return rows.length === items.length && over.length === items.length
  })

/** What a person needs who wants to know why it took too long. */
const told = (cell: Cell, tg: Telegram, program: Program) =>
  Effect.gen(function* () {
    const { channels, sources } = yield* program.status
    const calls = yield* Effect.orDie(tg.emulator.control.calls())
    const output = program.output().slice(-4_000)
    const deliveries = yield* program.deliveries
    yield* Effect.logError(
      JSON.stringify({ cell, channels, sources, deliveries, calls: calls.slice(-20) }, null, 1),
      output
    )
  })

/** Plays the cell; the feed lists all its items from the start. */
export const play = (cell: Cell): Effect.Effect<Verdict, never, Scope.Scope> =>
  Effect.gen(function* () {
    const tg = yield* prepared(cell.technique)
    const shop: Feed = yield* feed(items.toReversed())
    const path = yield* folder
    yield* writeCatalog(path, catalogOf(cell.technique, shop.url))
    const env = { ...tg.env, ...(cell.technique === "witness" ? { WITNESS_BOT_TOKEN: witnessToken } : {}) }
    yield* killed(cell.step, tg, path, env)
    yield* disturb(cell.fault, tg)
    const program = yield* start(path, env)
    yield* until("everything is settled", settled(program), "90 seconds").pipe(
      Effect.tapErrorCause(() => told(cell, tg, program))
    )
    return yield* judged(cell, tg, program)
  })

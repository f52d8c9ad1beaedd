// One call's life: accepted → received → done → answered, with the faults between the stages (E16–E19, E21). A call that was received is
// carried out whether or not its client still listens.
import { Clock, Duration, Effect, Either } from "effect"
import { arrive, type CallRecord, costOf } from "./CallLog.ts"
import { invalidToken, type Judged, methodNotFound, unauthorized } from "./Errors.ts"
import { type FaultAction, isLoss, type Stage, strike } from "./Faults.ts"
import { makeLanding } from "./Landing.ts"
import type { Machine } from "./Machine.ts"
import type { Call, Upload } from "./methods/Method.ts"
import { asRecord, listOf, type Params, textOf } from "./methods/Params.ts"
import { methodNamed } from "./methods/Table.ts"
import { accepted, lost, outcomeOf, type Reply, refused } from "./Reply.ts"
import { addBot, type Bot, findChat, type State, tokenShape } from "./State.ts"

export interface Body {
  readonly params: Params
  readonly files: Readonly<Record<string, Upload>>
}

export interface Incoming {
  readonly token: string
  readonly method: string
  /** Reads and decodes the body. */
  readonly body: Effect.Effect<Judged<Body>>
}

/** What the exchange needs from its surroundings. */
export interface Surroundings {
  readonly changed: Effect.Effect<void>
  /** Answers getUpdates. */
  readonly poll: (state: State, call: Call) => Effect.Effect<Judged<unknown>>
  /** Runs on, whatever becomes of the call. */
  readonly later: (work: Effect.Effect<unknown>) => Effect.Effect<void>
  /** What a `crash` fault does to the system under test. */
  readonly crash: Effect.Effect<void>
}

const botFor = (state: State, token: string): Judged<Bot> => {
  if (!tokenShape.test(token)) return Either.left(invalidToken)
  const known = [...state.bots.values()].find((bot) => bot.token === token)
  const bot = known ?? (state.unknownBots === "create" ? addBot(state, token) : undefined)
  if (bot === undefined) return Either.left(unauthorized)
  return bot.loggedOut ? Either.left({ code: 400, description: "Logged out" }) : Either.right(bot)
}

/** The names by which a fault rule may mean the chat of a call. */
const namesOf = (state: State, chat: string): ReadonlyArray<string> => {
  const found = findChat(state, chat)
  return found === undefined ? [chat] : [chat, `${found.id}`, `@${found.username ?? ""}`]
}

export const makeExchange = (machine: Machine, around: Surroundings) => {
  const { land, landPartially } = makeLanding(machine, around.changed)

  /** A delay passes here and means that nothing is lost. */
  const struckAt = Effect.fnUntraced(function* (
    stage: Stage,
    record: CallRecord
  ): Effect.fn.Return<FaultAction | undefined> {
    const chats = namesOf(machine.state, record.chat)
    const action = strike(machine.faults, stage, { method: record.method, chats })
    if (action?.kind !== "delay") return action
    yield* Effect.sleep(Duration.millis(action.ms))
    return undefined
  })

  const answered = Effect.fnUntraced(function* (
    judged: Judged<unknown>,
    record: CallRecord
  ): Effect.fn.Return<Reply> {
    record.reached = "processed"
    const struck = yield* struckAt("processed", record)
    if (isLoss(struck)) return lost(struck)
    if (struck?.kind === "crash") {
      yield* around.later(around.crash)
      return { kind: "stall" }
    }
    if (struck?.kind === "zeroId") {
      return accepted({ ...asRecord(Either.getOrUndefined(judged)), message_id: 0 })
    }
    const spoiled = yield* struckAt("body", record)
    if (spoiled?.kind === "half" || spoiled?.kind === "halfStall" || spoiled?.kind === "drip") {
      return { kind: "answer", judged, spoiled }
    }
    record.reached = "answered"
    return { kind: "answer", judged }
  })

  const carriedOut = Effect.fnUntraced(function* (call: Call, record: CallRecord): Effect.fn.Return<Reply> {
    const method = methodNamed(call.method)
    if (method === undefined && call.method !== "getupdates") return refused(methodNotFound)
    const work = method === undefined ? around.poll(machine.state, call) : land(method, call, record)
    const struck = yield* struckAt("received", record)
    if (isLoss(struck)) return lost(struck)
    if (struck?.kind === "late") {
      yield* around.later(Effect.delay(work, Duration.millis(struck.ms)))
      return lost(struck.loss)
    }
    if (struck?.kind === "partial" && method !== undefined) {
      return yield* answered(yield* landPartially(method, call, struck.items, struck.inner), record)
    }
    return yield* answered(yield* work, record)
  })

  const lived = Effect.fnUntraced(function* (
    incoming: Incoming,
    bot: Bot,
    record: CallRecord
  ): Effect.fn.Return<Reply> {
    const struck = yield* struckAt("accept", record)
    if (isLoss(struck)) return lost(struck)
    const body = yield* incoming.body
    if (Either.isLeft(body)) return refused(body.left)
    const { params, files } = body.right
    record.reached = "received"
    record.chat = textOf(params, "chat_id")
    record.cost = costOf(incoming.method, listOf(params, "media")?.length ?? 1)
    const call = { bot, method: incoming.method.toLowerCase(), params, files, request: record.id }
    return yield* carriedOut(call, record)
  })

  return Effect.fnUntraced(function* (incoming: Incoming): Effect.fn.Return<Reply> {
    const bot = botFor(machine.state, incoming.token)
    if (Either.isLeft(bot)) return refused(bot.left)
    const now = yield* Clock.currentTimeMillis
    const record = arrive(machine.log, bot.right.id, incoming.method, now)
    const reply = yield* lived(incoming, bot.right, record)
    record.outcome = outcomeOf(reply)
    return reply
  })
}

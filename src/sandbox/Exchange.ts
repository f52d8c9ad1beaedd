// One call's life: accepted → received → done → answered, with the faults between the stages (E16–E19, E21). A call that was received is
// carried out whether or not its client still listens.
import { Clock, Duration, Effect, Either } from "effect"
import { arrive, type CallRecord, costOf } from "./CallLog.ts"
import { invalidToken, type Judged, methodNotFound, unauthorized } from "./Errors.ts"
import { type FaultAction, isLoss, type Stage, strike } from "./Faults.ts"
import { type Landed, makeLanding } from "./Landing.ts"
import type { Machine } from "./Machine.ts"
import type { Call, Upload } from "./methods/Method.ts"
import { asRecord, listOf, type Params, textOf } from "./methods/Params.ts"
import { methodNamed } from "./methods/Table.ts"
import { lost, outcomeOf, type Reply, refused } from "./Reply.ts"
import { addBot, type Bot, findChat, type State, tokenShape } from "./State.ts"
import type { Victim } from "./Victim.ts"

export interface Body {
  readonly params: Params
  readonly files: Readonly<Record<string, Upload>>
}

export interface Incoming {
  readonly token: string
  readonly method: string
  /** Reads and decodes the body. */
  readonly body: Effect.Effect<Judged<Body>>
  /** Whether the client still waits for the answer; absent: it does. */
  readonly listens?: () => boolean
}

/** What the exchange needs from its surroundings. */
export interface Surroundings {
  readonly changed: Effect.Effect<void>
  /** Answers getUpdates. */
  readonly poll: (call: Call) => Effect.Effect<Judged<unknown>>
  /** Runs on, whatever becomes of the call. */
  readonly later: (work: Effect.Effect<unknown>) => Effect.Effect<void>
  /** What `crash` faults strike. */
  readonly victim: Effect.Effect<Victim>
}

const botFor = (state: State, token: string, now: number): Judged<Bot> => {
  if (!tokenShape.test(token)) return Either.left(invalidToken)
  const known = [...state.bots.values()].find((bot) => bot.token === token)
  const bot = known ?? (state.unknownBots === "create" ? addBot(state, token, { at: now }) : undefined)
  if (bot === undefined || bot.revoked) return Either.left(unauthorized)
  return now < bot.loggedOutUntil ? Either.left({ code: 400, description: "Logged out" }) : Either.right(bot)
}

/** The names by which a fault rule may mean the chat of a call. */
const namesOf = (state: State, chat: string): ReadonlyArray<string> => {
  const found = findChat(state, chat)
  return found === undefined ? [chat] : [chat, `${found.id}`, `@${found.username ?? ""}`]
}

const answering = (landed: Judged<Landed>): Extract<Reply, { readonly kind: "answer" }> => {
  if (Either.isLeft(landed)) return { kind: "answer", judged: Either.left(landed.left) }
  const { result, description } = landed.right
  return {
    kind: "answer",
    judged: Either.right(result),
    ...(description === undefined ? {} : { description })
  }
}

export const makeExchange = (machine: Machine, around: Surroundings) => {
  const { land, landPartially } = makeLanding(machine, around.changed)

  /** A delay passes here and means that nothing is lost. */
  const struckAt = Effect.fnUntraced(function* (
    stage: Stage,
    record: CallRecord
  ): Effect.fn.Return<FaultAction | undefined> {
    const chats = namesOf(machine.state, record.chat)
    const action = strike(machine.faults, stage, { bot: record.bot, method: record.method, chats })
    if (action?.kind !== "delay") return action
    yield* Effect.sleep(Duration.millis(action.ms))
    return undefined
  })

  const crashed = Effect.fnUntraced(function* (
    action: Extract<FaultAction, { readonly kind: "crash" }>,
    landed?: Judged<Landed>
  ): Effect.fn.Return<Reply> {
    const { freeze, kill } = yield* around.victim
    if (landed !== undefined && action.answered === true) {
      yield* freeze
      return { ...answering(landed), afterwards: kill }
    }
    yield* around.later(kill)
    return { kind: "stall" }
  })

  const answered = Effect.fnUntraced(function* (
    landed: Judged<Landed>,
    record: CallRecord
  ): Effect.fn.Return<Reply> {
    record.reached = "processed"
    const struck = yield* struckAt("processed", record)
    if (isLoss(struck)) return lost(struck)
    if (struck?.kind === "crash") return yield* crashed(struck, landed)
    if (struck?.kind === "zeroId" && Either.isRight(landed)) {
      return answering(Either.right({ result: { ...asRecord(landed.right.result), message_id: 0 } }))
    }
    const spoiled = yield* struckAt("body", record)
    if (spoiled?.kind === "half" || spoiled?.kind === "halfStall" || spoiled?.kind === "drip") {
      return { ...answering(landed), spoiled }
    }
    record.reached = "answered"
    return answering(landed)
  })

  const carriedOut = Effect.fnUntraced(function* (call: Call, record: CallRecord): Effect.fn.Return<Reply> {
    const method = methodNamed(call.method)
    if (method === undefined && call.method !== "getupdates") return refused(methodNotFound)
    const work =
      method === undefined
        ? Effect.map(
            around.poll(call),
            Either.map((result): Landed => ({ result }))
          )
        : land(method, call, record)
    const struck = yield* struckAt("received", record)
    if (isLoss(struck)) return lost(struck)
    if (struck?.kind === "crash") return yield* crashed(struck)
    if (struck?.kind === "late") {
      yield* around.later(Effect.delay(work, Duration.millis(struck.ms)))
      return lost(struck.loss)
    }
    if (struck?.kind === "partial" && method !== undefined) {
      return yield* answered(yield* landPartially(method, call, record, struck.items, struck.inner), record)
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
    machine.observe("arrived", record)
    const call = { bot, method: incoming.method.toLowerCase(), params, files, request: record.id }
    return yield* carriedOut(call, record)
  })

  return Effect.fnUntraced(function* (incoming: Incoming): Effect.fn.Return<Reply> {
    const now = yield* Clock.currentTimeMillis
    const bot = botFor(machine.state, incoming.token, now)
    if (Either.isLeft(bot)) return refused(bot.left)
    const record = arrive(machine.log, bot.right.id, incoming.method, now)
    const reply = yield* lived(incoming, bot.right, record)
    const listens = incoming.listens?.() ?? true
    if (!listens && record.reached === "answered") record.reached = "processed"
    record.outcome = listens ? outcomeOf(reply) : "client gone"
    record.endedAt = yield* Clock.currentTimeMillis
    return reply
  })
}

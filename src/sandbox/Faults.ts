// Faults on purpose (E16–E19, E21): which call is struck, at which stage of its life, and how. Rules enter; for each call and stage an action
// or nothing leaves. Chance is seeded and does not depend on the order of other calls.
import { Schema } from "effect"
import { chance } from "./Chance.ts"
import { optional } from "./Wire.ts"

/**
 * `accept`: the head is there, the body unread. `received`: read, nothing done. `processed`: done, nothing answered. `body`: in the middle
 * of the answer.
 */
export const Stage = Schema.Literal("accept", "received", "processed", "body")
export type Stage = typeof Stage.Type

/** How the client loses an answer. */
export const Loss = Schema.Union(
  /** TCP reset. */
  Schema.Struct({ kind: Schema.Literal("rst") }),
  /** The connection is closed in order, without an answer. */
  Schema.Struct({ kind: Schema.Literal("fin") }),
  /** Nothing more, for ever; the connection stays open. */
  Schema.Struct({ kind: Schema.Literal("stall") }),
  /** What a proxy says: 502, 504, 413, 429 with an HTML page. */
  Schema.Struct({ kind: Schema.Literal("html"), status: Schema.Number }),
  /** A status without a body. */
  Schema.Struct({ kind: Schema.Literal("empty"), status: Schema.Number }),
  /** An error envelope of choice. */
  Schema.Struct({
    kind: Schema.Literal("error"),
    code: Schema.Number,
    description: Schema.String,
    retryAfter: optional(Schema.Number)
  })
)
export type Loss = typeof Loss.Type
export const isLoss = Schema.is(Loss)

export const FaultAction = Schema.Union(
  Loss,
  /** Then everything goes on as usual. */
  Schema.Struct({ kind: Schema.Literal("delay"), ms: Schema.Number }),
  /** At `received`: the answer is lost now, the call is done after `ms` (E17). */
  Schema.Struct({ kind: Schema.Literal("late"), ms: Schema.Number, loss: Loss }),
  /** At `received`: an album's first `items` are posted, then it fails with this inner text (E18). */
  Schema.Struct({ kind: Schema.Literal("partial"), items: Schema.Number, inner: Schema.String }),
  /** At `processed`: the answer says `message_id: 0` (E19). */
  Schema.Struct({ kind: Schema.Literal("zeroId") }),
  /**
   * At `received` or `processed`: the system under test is killed and never answered; or, when it is to be `answered`, stopped first, so that
   * the answer goes out and is never read (E21).
   */
  Schema.Struct({ kind: Schema.Literal("crash"), answered: optional(Schema.Boolean) }),
  /** At `body`: half of the JSON, then a reset. */
  Schema.Struct({ kind: Schema.Literal("half") }),
  /** At `body`: half of the JSON, then nothing for ever. */
  Schema.Struct({ kind: Schema.Literal("halfStall") }),
  /** At `body`: byte by byte, `ms` apart. */
  Schema.Struct({ kind: Schema.Literal("drip"), ms: Schema.Number })
)
export type FaultAction = typeof FaultAction.Type

/** Where an action means something; losses fit everywhere before the answer begins. */
const stagesOf: Readonly<Record<string, ReadonlyArray<Stage>>> = {
  delay: Stage.literals,
  late: ["received"],
  partial: ["received"],
  zeroId: ["processed"],
  crash: ["received", "processed"],
  half: ["body"],
  halfStall: ["body"],
  drip: ["body"]
}
const beforeTheAnswer: ReadonlyArray<Stage> = ["accept", "received", "processed"]

const fits = ({ stage, action }: { readonly stage: Stage; readonly action: FaultAction }) =>
  (stagesOf[action.kind] ?? beforeTheAnswer).includes(stage) || `${action.kind} cannot strike at ${stage}`

export const FaultRule = Schema.Struct({
  stage: Stage,
  action: FaultAction,
  /** In any case of letters; absent: every method. */
  method: optional(Schema.String),
  /** As the call names it, or its id; known from `received` on. */
  chat: optional(Schema.String),
  /** Only calls of this bot. */
  bot: optional(Schema.Number),
  /** Only the n-th call that matches, from 1. */
  nth: optional(Schema.Number),
  /** From 0 to 1, by the seed. */
  probability: optional(Schema.Number),
  /** How often it strikes at most; 1 unless `probability` is given. */
  times: optional(Schema.Number)
}).pipe(Schema.filter(fits))
export type FaultRule = typeof FaultRule.Type

/** A rule, the calls that it matched, and those that it struck. */
export interface ActiveRule {
  readonly rule: FaultRule
  seen: number
  struck: number
}

export interface Faults {
  readonly seed: number
  rules: Array<ActiveRule>
}

export const makeFaults = (seed: number): Faults => ({ seed, rules: [] })

export const addFault = (faults: Faults, rule: FaultRule): void => {
  faults.rules.push({ rule, seen: 0, struck: 0 })
}

/** What is known of a call at a stage; `chats` are the names by which a rule may mean its chat. */
export interface Struck {
  readonly bot: number
  readonly method: string
  readonly chats: ReadonlyArray<string>
}

const matches = (rule: FaultRule, stage: Stage, call: Struck) =>
  rule.stage === stage &&
  (rule.method === undefined || rule.method.toLowerCase() === call.method.toLowerCase()) &&
  (rule.chat === undefined || call.chats.includes(rule.chat)) &&
  (rule.bot ?? call.bot) === call.bot

const strikes = (faults: Faults, { rule, seen, struck }: ActiveRule, index: number) => {
  if (struck >= (rule.times ?? (rule.probability === undefined ? 1 : Number.POSITIVE_INFINITY))) return false
  if (rule.nth !== undefined && seen !== rule.nth) return false
  return rule.probability === undefined || chance(faults.seed, "fault", index, seen) < rule.probability
}

/** The action of the first rule that strikes this call here; every rule that matches counts it. */
export const strike = (faults: Faults, stage: Stage, call: Struck): FaultAction | undefined => {
  let action: FaultAction | undefined
  for (const [index, active] of faults.rules.entries()) {
    if (!matches(active.rule, stage, call)) continue
    active.seen += 1
    if (action === undefined && strikes(faults, active, index)) {
      active.struck += 1
      action = active.rule.action
    }
  }
  return action
}

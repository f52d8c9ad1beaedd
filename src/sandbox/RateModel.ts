// Telegram's flood control as a model (E15): per chat one call a second with a small burst, in groups and channels 20 in any 60 seconds, 30 a
// second over all. A call's cost and the time enter; whether it goes now, later (the server waits silently) or not (429) leaves. Numbers are
// settings, per chat if need be, for nobody outside knows the real ones.
// @source reference/telegram-bot-api.md §1
import { Schema } from "effect"

export const RatePolicy = Schema.Struct({
  /** `absorb`: wait, however long; `reject`: 429 at once; `mixed`: wait up to `absorbUpToMs`, else 429. */
  mode: Schema.Literal("off", "absorb", "reject", "mixed"),
  /** Calls that a quiet chat takes without spacing. */
  burst: Schema.Number,
  /** Between two calls to one chat once the burst is used. */
  spacingMs: Schema.Number,
  /** Of groups and channels; private chats have no such limit. */
  perMinute: Schema.Number,
  globalPerSecond: Schema.Number,
  absorbUpToMs: Schema.Number,
  /** Each call during a 429 wait makes it longer by this. */
  punishMs: Schema.Number
})
export type RatePolicy = typeof RatePolicy.Type

export const defaultPolicy: RatePolicy = {
  mode: "off",
  burst: 3,
  spacingMs: 1000,
  perMinute: 20,
  globalPerSecond: 30,
  absorbUpToMs: 60_000,
  punishMs: 0
}

/** What one chat has used. */
export const ChatBucket = Schema.Struct({
  /** Times of calls that went or will go, ascending. */
  slots: Schema.Array(Schema.Number),
  /** When the burst is full again (GCRA's theoretical arrival time). */
  fullAt: Schema.Number,
  bannedUntil: Schema.Number
})
export type ChatBucket = typeof ChatBucket.Type

export interface RateModel {
  policy: RatePolicy
  /** What differs in one chat. */
  readonly ofChat: Map<number, Partial<RatePolicy>>
  readonly chats: Map<number, ChatBucket>
  global: ReadonlyArray<number>
  /** A flood wait of the whole bot server. */
  bannedUntil: number
}

export const makeRateModel = (policy: Partial<RatePolicy> = {}): RateModel => ({
  policy: { ...defaultPolicy, ...policy },
  ofChat: new Map(),
  chats: new Map(),
  global: [],
  bannedUntil: 0
})

/** Changes the policy, of one chat or of all that have none of their own. */
export const setPolicy = (model: RateModel, policy: Partial<RatePolicy>, chat?: number): void => {
  if (chat === undefined) model.policy = { ...model.policy, ...policy }
  else model.ofChat.set(chat, { ...model.ofChat.get(chat), ...policy })
}

const empty: ChatBucket = { slots: [], fullAt: 0, bannedUntil: 0 }

/** From now on a flood wait, in one chat or everywhere, in every mode. */
export const flood = (model: RateModel, until: number, chat?: number): void => {
  if (chat === undefined) model.bannedUntil = until
  else model.chats.set(chat, { ...(model.chats.get(chat) ?? empty), bannedUntil: until })
}

export type RateVerdict =
  | { readonly kind: "pass" }
  | { readonly kind: "wait"; readonly ms: number }
  | { readonly kind: "reject"; readonly seconds: number }

/** The earliest time at which `cost` more fit into `limit` per `windowMs`. */
const windowFree = (slots: ReadonlyArray<number>, limit: number, windowMs: number, cost: number): number => {
  const before = slots.length + cost - limit
  const last = before > 0 ? slots[Math.min(before, slots.length) - 1] : undefined
  return last === undefined ? 0 : last + windowMs
}

const earliest = (
  model: RateModel,
  policy: RatePolicy,
  chat: number,
  { slots, fullAt, bannedUntil }: ChatBucket,
  cost: number
): number => {
  const banned = Math.max(bannedUntil, model.bannedUntil)
  if (policy.mode === "off") return banned
  return Math.max(
    banned,
    fullAt - (policy.burst - 1) * policy.spacingMs,
    chat < 0 ? windowFree(slots, policy.perMinute, 60_000, cost) : 0,
    windowFree(model.global, policy.globalPerSecond, 1000, cost)
  )
}

const rejected = (
  model: RateModel,
  policy: RatePolicy,
  chat: number,
  bucket: ChatBucket,
  at: number,
  now: number
): RateVerdict => {
  const punished = bucket.bannedUntil > now ? bucket.bannedUntil + policy.punishMs : at
  const bannedUntil = policy.punishMs > 0 ? punished : bucket.bannedUntil
  model.chats.set(chat, { ...bucket, bannedUntil })
  return { kind: "reject", seconds: Math.ceil((Math.max(at, bannedUntil) - now) / 1000) }
}

const reserve = (
  model: RateModel,
  policy: RatePolicy,
  chat: number,
  bucket: ChatBucket,
  cost: number,
  at: number
) => {
  const times = Array.from({ length: cost }, () => at)
  const fullAt = Math.max(bucket.fullAt, at) + cost * policy.spacingMs
  model.chats.set(chat, { ...bucket, slots: [...bucket.slots, ...times], fullAt })
  model.global = [...model.global, ...times].sort((a, b) => a - b)
}

/** Judges one call and books it unless it is rejected. */
export const spend = (model: RateModel, chat: number, cost: number, now: number): RateVerdict => {
  const policy = { ...model.policy, ...model.ofChat.get(chat) }
  const before = model.chats.get(chat) ?? empty
  const bucket = { ...before, slots: before.slots.filter((at) => at > now - 60_000) }
  model.global = model.global.filter((at) => at > now - 1000)
  const at = Math.max(now, earliest(model, policy, chat, bucket, cost))
  const ms = at - now
  const absorbs = policy.mode === "absorb" || (policy.mode === "mixed" && ms <= policy.absorbUpToMs)
  if (ms > 0 && !absorbs) return rejected(model, policy, chat, bucket, at, now)
  if (policy.mode !== "off") reserve(model, policy, chat, bucket, cost, at)
  return ms > 0 ? { kind: "wait", ms } : { kind: "pass" }
}

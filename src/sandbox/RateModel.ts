// Telegram's flood control as a model (E15): per chat one call a second with a small burst and 20 in any 60 seconds, 30 a second over all.
// A call's cost and the time enter; whether it goes now, later (the server waits silently) or not (429) leaves. Numbers are settings, for
// nobody outside knows the real ones.
// @source reference/telegram-bot-api.md §1
import { Schema } from "effect"

export const RatePolicy = Schema.Struct({
  /** `absorb`: wait, however long; `reject`: 429 at once; `mixed`: wait up to `absorbUpToMs`, else 429. */
  mode: Schema.Literal("off", "absorb", "reject", "mixed"),
  /** Calls that a quiet chat takes without spacing. */
  burst: Schema.Number,
  /** Between two calls to one chat once the burst is used. */
  spacingMs: Schema.Number,
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

interface ChatBucket {
  /** Times of calls that went or will go, ascending. */
  slots: Array<number>
  /** When the burst is full again (GCRA's theoretical arrival time). */
  fullAt: number
  bannedUntil: number
}

export interface RateModel {
  policy: RatePolicy
  readonly chats: Map<number, ChatBucket>
  global: Array<number>
}

export const makeRateModel = (policy: Partial<RatePolicy> = {}): RateModel => ({
  policy: { ...defaultPolicy, ...policy },
  chats: new Map(),
  global: []
})

export type RateVerdict =
  | { readonly kind: "pass" }
  | { readonly kind: "wait"; readonly ms: number }
  | { readonly kind: "reject"; readonly seconds: number }

const bucketOf = (model: RateModel, chat: number): ChatBucket => {
  const bucket = model.chats.get(chat) ?? { slots: [], fullAt: 0, bannedUntil: 0 }
  model.chats.set(chat, bucket)
  return bucket
}

/** The earliest time at which `cost` more fit into `limit` per `windowMs`. */
const windowFree = (slots: ReadonlyArray<number>, limit: number, windowMs: number, cost: number): number => {
  const before = slots.length + cost - limit
  const last = before > 0 ? slots[Math.min(before, slots.length) - 1] : undefined
  return last === undefined ? 0 : last + windowMs
}

const earliest = (model: RateModel, bucket: ChatBucket, cost: number, now: number): number => {
  const { policy } = model
  return Math.max(
    now,
    bucket.bannedUntil,
    bucket.fullAt - (policy.burst - 1) * policy.spacingMs,
    windowFree(bucket.slots, policy.perMinute, 60_000, cost),
    windowFree(model.global, policy.globalPerSecond, 1000, cost)
  )
}

const reserve = (model: RateModel, bucket: ChatBucket, cost: number, at: number) => {
  const times = Array.from({ length: cost }, () => at)
  bucket.slots.push(...times)
  bucket.fullAt = Math.max(bucket.fullAt, at) + cost * model.policy.spacingMs
  model.global = [...model.global, ...times].sort((a, b) => a - b)
}

const forget = (model: RateModel, bucket: ChatBucket, now: number) => {
  bucket.slots = bucket.slots.filter((at) => at > now - 60_000)
  model.global = model.global.filter((at) => at > now - 1000)
}

/** Judges one call and books it unless it is rejected. */
export const spend = (model: RateModel, chat: number, cost: number, now: number): RateVerdict => {
  const { policy } = model
  if (policy.mode === "off") return { kind: "pass" }
  const bucket = bucketOf(model, chat)
  forget(model, bucket, now)
  const at = earliest(model, bucket, cost, now)
  const ms = at - now
  const rejects = policy.mode === "reject" || (policy.mode === "mixed" && ms > policy.absorbUpToMs)
  if (ms > 0 && rejects) {
    if (bucket.bannedUntil > now) bucket.bannedUntil += policy.punishMs
    else if (policy.punishMs > 0) bucket.bannedUntil = at
    return { kind: "reject", seconds: Math.ceil(Math.max(at, bucket.bannedUntil) / 1000 - now / 1000) }
  }
  reserve(model, bucket, cost, at)
  return ms > 0 ? { kind: "wait", ms } : { kind: "pass" }
}

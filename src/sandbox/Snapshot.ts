// Everything that judges as one JSON value, and back (E23): bots and their webhooks, chats with every message and version, waiting updates, flood books,
// faults, switches, counters. Files are named, not contained; of the request log only its counter.
import { Schema } from "effect"
import { makeCallLog } from "./CallLog.ts"
import { Blindness, type Chat, ChatType, Membership, makeChat } from "./Chat.ts"
import { FaultRule } from "./Faults.ts"
import type { Machine } from "./Machine.ts"
import { Message } from "./Messages.ts"
import { ChatBucket, type RateModel, RatePolicy } from "./RateModel.ts"
import { type Bot, makeState, type State, Webhook } from "./State.ts"
import { Switches } from "./Switches.ts"
import { UpdateFault, Waiting } from "./Updates.ts"
import { CachedFetch, WebPhoto } from "./WebFetches.ts"

const ChatSnapshot = Schema.Struct({
  id: Schema.Number,
  type: ChatType,
  title: Schema.String,
  description: Schema.String,
  username: Schema.optional(Schema.String),
  protectedContent: Schema.Boolean,
  linkedChat: Schema.optional(Schema.Number),
  migratedTo: Schema.optional(Schema.Number),
  members: Schema.Array(Schema.Tuple(Schema.Number, Membership)),
  lastMessageId: Schema.Number,
  messages: Schema.Array(Message),
  pinned: Schema.Array(Schema.Number),
  blind: Schema.Array(Blindness)
})

const BotSnapshot = Schema.Struct({
  token: Schema.String,
  id: Schema.Number,
  username: Schema.String,
  name: Schema.String,
  readsGroups: Schema.Boolean,
  since: Schema.Number,
  webhook: Schema.optional(Webhook),
  webhookSetAt: Schema.optional(Schema.Number),
  allowedUpdates: Schema.optional(Schema.Array(Schema.String)),
  loggedOutUntil: Schema.Number,
  revoked: Schema.Boolean,
  commands: Schema.Array(Schema.Unknown)
})

const RateSnapshot = Schema.Struct({
  policy: RatePolicy,
  ofChat: Schema.Array(Schema.Tuple(Schema.Number, Schema.partialWith(RatePolicy, { exact: true }))),
  chats: Schema.Array(Schema.Tuple(Schema.Number, ChatBucket)),
  global: Schema.Array(Schema.Number),
  bannedUntil: Schema.Number
})

const pairs = <A, I>(value: Schema.Schema<A, I>) => Schema.Array(Schema.Tuple(Schema.String, value))

export const Snapshot = Schema.Struct({
  version: Schema.Literal(2),
  seed: Schema.Number,
  switches: Switches,
  unknownChats: Schema.Literal("refuse", "create"),
  unknownBots: Schema.Literal("refuse", "create"),
  /** Absent: no limit. */
  keepMessages: Schema.optional(Schema.Number),
  bots: Schema.Array(BotSnapshot),
  chats: Schema.Array(ChatSnapshot),
  waiting: Schema.Array(Schema.Tuple(Schema.Number, Waiting)),
  updateFaults: Schema.Array(Schema.Struct({ rule: UpdateFault, left: Schema.Number })),
  personalChats: Schema.Array(Schema.Tuple(Schema.Number, Schema.Number)),
  presses: Schema.Number,
  callbackQueries: pairs(Schema.Number),
  webPhotos: pairs(WebPhoto),
  fetched: pairs(CachedFetch),
  rate: RateSnapshot,
  faults: Schema.Array(Schema.Struct({ rule: FaultRule, seen: Schema.Number, struck: Schema.Number })),
  lastRequest: Schema.Number,
  files: Schema.Array(Schema.String)
})
export type Snapshot = typeof Snapshot.Type

const dumpBot = ({ ...bot }: Bot): typeof BotSnapshot.Type => bot

const dumpChat = ({ members, messages, ...chat }: Chat): typeof ChatSnapshot.Type => ({
  ...chat,
  members: [...members],
  messages: [...messages.values()]
})

const dumpRate = ({ policy, ofChat, chats, global, bannedUntil }: RateModel): typeof RateSnapshot.Type => ({
  policy,
  ofChat: [...ofChat],
  chats: [...chats],
  global,
  bannedUntil
})

/** Queues change in place: whoever keeps one needs a copy. */
const copyOf = ({ updates, held, ...counters }: Waiting): Waiting => ({
  ...counters,
  updates: [...updates],
  held: [...held]
})

export const dump = ({ state, rate, faults, log }: Machine): Snapshot => ({
  version: 2,
  seed: state.seed,
  switches: state.switches,
  unknownChats: state.unknownChats,
  unknownBots: state.unknownBots,
  ...(Number.isFinite(state.keepMessages) ? { keepMessages: state.keepMessages } : {}),
  bots: [...state.bots.values()].map(dumpBot),
  chats: [...state.chats.values()].map(dumpChat),
  waiting: [...state.waiting].map(([bot, waiting]) => [bot, copyOf(waiting)] as const),
  updateFaults: state.updateFaults.map((fault) => ({ ...fault })),
  personalChats: [...state.personalChats],
  presses: state.presses,
  callbackQueries: [...state.callbackQueries],
  webPhotos: [...state.webPhotos],
  fetched: [...state.fetched],
  rate: dumpRate(rate),
  faults: faults.rules.map((fault) => ({ ...fault })),
  lastRequest: log.lastId,
  files: [...state.files.keys()]
})

const fill = <K, V>(map: Map<K, V>, entries: Iterable<readonly [K, V]>) => {
  for (const [key, value] of entries) map.set(key, value)
}

const loadChat = (saved: typeof ChatSnapshot.Type): Chat => {
  const chat = makeChat(saved)
  fill(chat.members, saved.members)
  fill(
    chat.messages,
    saved.messages.map((message) => [message.id, message])
  )
  return Object.assign(chat, {
    lastMessageId: saved.lastMessageId,
    pinned: saved.pinned,
    blind: saved.blind
  })
}

const loadState = (saved: Snapshot, files: ReadonlyMap<string, Uint8Array>): State => {
  const { keepMessages, ...settings } = saved
  const state = makeState(keepMessages === undefined ? settings : { ...settings, keepMessages })
  fill(
    state.bots,
    saved.bots.map(({ webhook, webhookSetAt, allowedUpdates, ...bot }) => [
      bot.id,
      { ...bot, webhook, webhookSetAt, allowedUpdates }
    ])
  )
  fill(
    state.chats,
    saved.chats.map((chat) => [chat.id, loadChat(chat)])
  )
  fill(state.files, files)
  fill(
    state.waiting,
    saved.waiting.map(([bot, waiting]) => [bot, copyOf(waiting)])
  )
  fill(state.personalChats, saved.personalChats)
  fill(state.callbackQueries, saved.callbackQueries)
  fill(state.webPhotos, saved.webPhotos)
  fill(state.fetched, saved.fetched)
  state.updateFaults = saved.updateFaults.map((fault) => ({ ...fault }))
  state.presses = saved.presses
  return state
}

const loadRate = ({ policy, ofChat, chats, global, bannedUntil }: Snapshot["rate"]): RateModel => ({
  policy,
  ofChat: new Map(ofChat),
  chats: new Map(chats),
  global,
  bannedUntil
})

/** Puts a snapshot in the place of what is there; the files' bytes are given apart. */
export const load = (machine: Machine, saved: Snapshot, files: ReadonlyMap<string, Uint8Array>): void => {
  machine.state = loadState(saved, files)
  machine.rate = loadRate(saved.rate)
  machine.unsent = new Map()
  machine.faults = { seed: saved.seed, rules: saved.faults.map((fault) => ({ ...fault })) }
  machine.log = { ...makeCallLog(), lastId: saved.lastRequest }
}

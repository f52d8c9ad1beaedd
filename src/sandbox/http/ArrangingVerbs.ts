// `POST /_emu/<verb>` that makes the world and the weather: bots, chats, switches, faults, flood, clock, dumps (E22).
import { Effect, Schema } from "effect"
import { ChatType, Membership, Rights, Technique } from "../Chat.ts"
import type { Control, WebFind } from "../Control.ts"
import { FaultRule } from "../Faults.ts"
import { RatePolicy } from "../RateModel.ts"
import { Snapshot } from "../Snapshot.ts"
import { Switches } from "../Switches.ts"
import { blankPng } from "../samples/Png.ts"
import { UpdateFault } from "../Updates.ts"
import { optional } from "../Wire.ts"
import { bare, ChatName, InChat, type Verbs, verb } from "./Verb.ts"

const Policy = Schema.partialWith(RatePolicy, { exact: true })
const SomeRights = Schema.partialWith(Rights, { exact: true })
const Standing = { status: Membership.fields.status, rights: optional(SomeRights) }
const someSwitches = Schema.partialWith(Switches, { exact: true })
const Unknown = Schema.Literal("refuse", "create")

const NewBot = Schema.Struct({
  token: Schema.String,
  username: optional(Schema.String),
  readsGroups: optional(Schema.Boolean)
})

const Reset = Schema.Struct({
  seed: optional(Schema.Number),
  bots: optional(Schema.Array(NewBot)),
  unknownChats: optional(Unknown),
  unknownBots: optional(Unknown),
  switches: optional(someSwitches),
  keepMessages: optional(Schema.Number),
  rate: optional(Policy)
})

const NewChat = Schema.Struct({
  type: optional(ChatType),
  username: optional(Schema.String),
  id: optional(Schema.Number),
  title: optional(Schema.String),
  protectedContent: optional(Schema.Boolean),
  linkedChat: optional(Schema.Number),
  bots: optional(Schema.Struct(Standing)),
  members: optional(Schema.Array(Schema.Struct({ id: Schema.Number, ...Standing })))
})

const ChatChange = Schema.Struct({
  chat: ChatName,
  title: optional(Schema.String),
  description: optional(Schema.String),
  photo: optional(Schema.Boolean),
  protectedContent: optional(Schema.Boolean),
  linkedChat: optional(Schema.Number)
})

const WebPhoto = Schema.Struct({
  url: Schema.String,
  bytes: optional(Schema.Uint8ArrayFromBase64),
  /** A picture of this size instead of bytes; `size` is that of its file. */
  width: optional(Schema.Number),
  height: optional(Schema.Number),
  size: optional(Schema.Number),
  failure: optional(Schema.String),
  delayMs: optional(Schema.NonNegative)
})

const findOf = ({ bytes, width, height, size, failure, delayMs }: typeof WebPhoto.Type): WebFind => {
  const delay = delayMs === undefined ? {} : { delayMs }
  if (failure !== undefined) return { failure, ...delay }
  return { bytes: bytes ?? blankPng(width ?? 640, height ?? 400, size), ...delay }
}

const BlindSpot = Schema.Struct({
  chat: ChatName,
  id: optional(Schema.Number),
  from: optional(Schema.Number),
  techniques: optional(Schema.Array(Technique)),
  ms: Schema.NonNegative
})

const Files = Schema.Record({ key: Schema.String, value: Schema.Uint8ArrayFromBase64 })

/** A dump as it travels: with its files. */
export const Dump = Schema.Struct({ snapshot: Snapshot, files: Files })

export const arrangingVerbs = (control: Control): Verbs => ({
  reset: verb(Reset, control.resetTo),
  bot: verb(NewBot, ({ token, username, readsGroups }) => control.addBot(token, username, readsGroups)),
  revoke: verb(Schema.Struct({ bot: Schema.Number }), ({ bot }) => control.revokeBot(bot)),
  chat: verb(NewChat, control.addChat),
  setChat: verb(ChatChange, ({ chat, ...change }) => control.setChat(chat, change)),
  migrate: verb(InChat, ({ chat }) => control.migrate(chat)),
  membership: verb(
    Schema.Struct({ chat: ChatName, bot: optional(Schema.Number), ...Standing }),
    ({ chat, status, rights, bot }) => control.setMembership(chat, status, rights, bot)
  ),
  personalChat: verb(Schema.Struct({ user: Schema.Number, chat: ChatName }), ({ user, chat }) =>
    control.personalChat(user, chat)
  ),
  webPhoto: verb(WebPhoto, ({ url, ...find }) => control.webPhoto(url, findOf({ url, ...find }))),
  forgetFetches: verb(Schema.Struct({ url: optional(Schema.String) }), ({ url }) =>
    control.forgetFetches(url)
  ),
  switches: verb(someSwitches, control.switches),
  fault: verb(FaultRule, control.fault),
  updateFault: verb(UpdateFault, control.updateFault),
  clearFaults: bare(control.clearFaults),
  blind: verb(BlindSpot, ({ chat, ms, ...spot }) => control.blind(chat, spot, ms)),
  rate: verb(Schema.extend(Policy, Schema.Struct({ chat: optional(ChatName) })), ({ chat, ...policy }) =>
    control.rate(policy, chat)
  ),
  flood: verb(Schema.Struct({ seconds: Schema.NonNegative, chat: optional(ChatName) }), ({ seconds, chat }) =>
    control.flood(seconds, chat)
  ),
  clock: verb(
    Schema.Struct({ advanceMs: optional(Schema.NonNegative), speed: optional(Schema.NonNegative) }),
    control.clock
  ),
  load: verb(Dump, ({ snapshot, files }) => control.load(snapshot, new Map(Object.entries(files))))
})

/** The dump with the bytes of its files. */
export const dumpWithFiles = (control: Control) =>
  Effect.gen(function* () {
    const snapshot = yield* control.dump
    const files = yield* Effect.forEach(snapshot.files, (name) =>
      Effect.map(control.file(name), (bytes) => [name, Buffer.from(bytes).toString("base64")] as const)
    )
    return { snapshot, files: Object.fromEntries(files) }
  })

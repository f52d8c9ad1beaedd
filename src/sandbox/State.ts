// Everything the emulator knows, in one mutable value that one Emulator owns: bots, chats, files, updates. Only methods and Control change it.
// Pure of I/O and of the clock: times come in as epoch milliseconds.
import { Schema } from "effect"
import { digest } from "./Chance.ts"
import { allRights, type Chat, makeChat } from "./Chat.ts"
import { defaultSwitches, type Switches } from "./Switches.ts"
import type { UpdateFault, Waiting } from "./Updates.ts"
import type { CachedFetch, WebPhoto } from "./WebFetches.ts"
import { optional } from "./Wire.ts"

/** Where a bot wants its updates delivered (E14). */
export const Webhook = Schema.Struct({
  url: Schema.String,
  /** "": no header. */
  secret: Schema.String,
  maxConnections: Schema.Number,
  /** PEM of a certificate that the bot uploaded. */
  certificate: optional(Schema.String),
  ipAddress: optional(Schema.String),
  /** Since then every answer was 410. */
  goneSince: optional(Schema.Number),
  lastError: optional(Schema.Struct({ at: Schema.Number, message: Schema.String }))
})
export type Webhook = typeof Webhook.Type

export interface Bot {
  readonly id: number
  readonly token: string
  readonly username: string
  readonly name: string
  /** Whether it hears everything in groups where it is no administrator ("privacy mode off"). */
  readonly readsGroups: boolean
  /** Epoch milliseconds of its creation. */
  readonly since: number
  webhook: Webhook | undefined
  webhookSetAt: number | undefined
  allowedUpdates: ReadonlyArray<string> | undefined
  /** Until then every call is refused after a logOut. */
  loggedOutUntil: number
  /** Its token opens nothing any more. */
  revoked: boolean
  /** As setMyCommands gave them. */
  commands: ReadonlyArray<unknown>
}

export interface State {
  readonly seed: number
  switches: Switches
  /** `create`: a chat that nobody made appears on first use, a channel with the bot as its administrator. */
  readonly unknownChats: "refuse" | "create"
  /** `create`: every well-formed token is a bot. */
  readonly unknownBots: "refuse" | "create"
  /** Older messages of a chat are forgotten, with their files. */
  readonly keepMessages: number
  readonly bots: Map<number, Bot>
  readonly chats: Map<number, Chat>
  readonly files: Map<string, Uint8Array>
  /** What Telegram's fetcher finds at addresses, and what it remembers of them. */
  readonly webPhotos: Map<string, WebPhoto>
  readonly fetched: Map<string, CachedFetch>
  /** Channels that are shown on somebody's profile, by user id. */
  readonly personalChats: Map<number, number>
  /** Updates, by bot id. */
  readonly waiting: Map<number, Waiting>
  updateFaults: Array<{ readonly rule: UpdateFault; left: number }>
  presses: number
  /** Callback queries that can be answered, with the time of the press. */
  readonly callbackQueries: Map<string, number>
}

export const makeState = (
  options: Partial<Pick<State, "seed" | "unknownChats" | "unknownBots" | "keepMessages">> & {
    readonly switches?: Partial<Switches>
  }
): State => ({
  seed: options.seed ?? 1,
  switches: { ...defaultSwitches, ...options.switches },
  unknownChats: options.unknownChats ?? "refuse",
  unknownBots: options.unknownBots ?? "refuse",
  keepMessages: options.keepMessages ?? Number.POSITIVE_INFINITY,
  bots: new Map(),
  chats: new Map(),
  files: new Map(),
  webPhotos: new Map(),
  fetched: new Map(),
  personalChats: new Map(),
  waiting: new Map(),
  updateFaults: [],
  presses: 0,
  callbackQueries: new Map()
})

export const tokenShape = /^([1-9]\d{0,15}):([A-Za-z0-9_-]{3,64})$/

export interface NewBot {
  readonly username?: string
  readonly readsGroups?: boolean
  /** Epoch milliseconds. */
  readonly at?: number
}

/** A bot for this token, made when it is new. The token must have the right shape. */
export const addBot = (
  state: State,
  token: string,
  { username, readsGroups = false, at = 0 }: NewBot = {}
): Bot => {
  const id = Number(tokenShape.exec(token)?.[1] ?? 0)
  const name = username ?? `sandbox_${id}_bot`
  const bot: Bot = {
    id,
    token,
    username: name,
    name,
    readsGroups,
    since: at,
    webhook: undefined,
    webhookSetAt: undefined,
    allowedUpdates: undefined,
    loggedOutUntil: 0,
    revoked: false,
    commands: []
  }
  state.bots.set(id, bot)
  return bot
}

const bareName = (name: string) => name.replace(/^@/, "").toLowerCase()

/** By id or by name, with or without `@`. */
export const findChatIn = (chats: Iterable<Chat>, named: string): Chat | undefined =>
  [...chats].find(({ id, username }) => `${id}` === named || username?.toLowerCase() === bareName(named))

export const findChat = (state: State, named: string): Chat | undefined =>
  state.chats.get(Number(named)) ?? findChatIn(state.chats.values(), named)

/** A chat id for a name: stable over restarts, of the form that channels have. */
const idFor = (state: State, name: string) =>
  -(1_000_000_000_000 + (Number.parseInt(digest(state.seed, bareName(name)).slice(0, 8), 16) % 1_000_000_000))

/** "@example_deals" → "Example deals". */
const titleFor = (name: string) => {
  const words = name.slice(1).replaceAll("_", " ")
  return words.slice(0, 1).toUpperCase() + words.slice(1)
}

/** The chat that a first use creates: a channel with the bot as administrator, or a private chat for a user's id. */
export const createChat = (state: State, named: string, botId: number): Chat | undefined => {
  const numeric = /^-?\d+$/.test(named)
  if (!numeric && !/^@[A-Za-z]\w{3,31}$/.test(named)) return undefined
  const id = numeric ? Number(named) : idFor(state, named)
  const type = id > 0 ? "private" : "channel"
  const title = numeric ? (id > 0 ? `User ${id}` : `Channel ${named}`) : titleFor(named)
  const chat = makeChat({ id, type, title, ...(numeric ? {} : { username: named.slice(1) }) })
  chat.members.set(botId, { status: type === "private" ? "member" : "administrator", rights: allRights })
  state.chats.set(id, chat)
  return chat
}

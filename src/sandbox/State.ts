// Everything the emulator knows, in one mutable value that one Emulator owns: bots, chats, files, updates. Only methods and Control change it.
// Pure of I/O and of the clock: times come in as epoch milliseconds.
import { digest } from "./Chance.ts"
import { allRights, type Chat, makeChat } from "./Chat.ts"
import type { LengthUnit } from "./Limits.ts"
import type { Update } from "./Updates.ts"

export interface Bot {
  readonly id: number
  readonly token: string
  readonly username: string
  readonly name: string
  webhook: string
  allowedUpdates: ReadonlyArray<string> | undefined
  loggedOut: boolean
}

/** Answers that nobody has verified on the live service: run tests with both settings. */
export interface Switches {
  readonly lengthUnit: LengthUnit
  /** What an album costs in the flood budget. */
  readonly albumCost: "items" | "one"
  /** An edit of an own post that an admin deleted: the server still holds it and answers MESSAGE_ID_INVALID. */
  readonly staleAfterAdminDelete: boolean
  /** Other bots in a channel get `channel_post`. */
  readonly witness: boolean
  /** Posts with a keyboard are forwarded into the discussion group as well. */
  readonly forwardsKeyboards: boolean
}

export const defaultSwitches: Switches = {
  lengthUnit: "utf16",
  albumCost: "items",
  staleAfterAdminDelete: false,
  witness: true,
  forwardsKeyboards: true
}

/** What a photo address answers to Telegram's own fetcher (E11). */
export type WebPhoto =
  | { readonly bytes: Uint8Array; readonly delayMs?: number }
  | { readonly failure: string; readonly delayMs?: number }

export interface State {
  readonly seed: number
  readonly switches: Switches
  /** `create`: a chat that nobody made appears on first use, a channel with the bot as its administrator. */
  readonly unknownChats: "refuse" | "create"
  /** `create`: every well-formed token is a bot. */
  readonly unknownBots: "refuse" | "create"
  /** Older messages of a chat are forgotten, with their files. */
  readonly keepMessages: number
  readonly bots: Map<number, Bot>
  readonly chats: Map<number, Chat>
  readonly files: Map<string, Uint8Array>
  readonly webPhotos: Map<string, WebPhoto>
  /** Channels that are shown on somebody's profile, by user id. */
  readonly personalChats: Map<number, number>
  /** Waiting updates, by bot id, oldest first. */
  readonly updates: Map<number, Array<Update>>
  lastUpdateId: number
  readonly callbackQueries: Set<string>
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
  personalChats: new Map(),
  updates: new Map(),
  lastUpdateId: 0,
  callbackQueries: new Set()
})

export const tokenShape = /^([1-9]\d{0,15}):([A-Za-z0-9_-]{3,64})$/

/** A bot for this token, made when it is new. The token must have the right shape. */
export const addBot = (state: State, token: string, username?: string): Bot => {
  const id = Number(tokenShape.exec(token)?.[1] ?? 0)
  const name = username ?? `sandbox_${id}_bot`
  const bot: Bot = {
    id,
    token,
    username: name,
    name,
    webhook: "",
    allowedUpdates: undefined,
    loggedOut: false
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

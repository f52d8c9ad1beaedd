// The hand behind the curtain (E6, E7, E16, E20, E22): makes bots and chats, acts as people, plans faults, reads everything out. Each change takes
// effect between two calls. Chats are named "@name" or by id; one that is not there is `NotThere`.
import { Clock, Effect, Schema } from "effect"
import type { CallRecord, Windows } from "./CallLog.ts"
import { allRights, type Chat, type ChatType, type Membership, makeChat, type Rights } from "./Chat.ts"
import { addFault, type FaultRule, makeFaults } from "./Faults.ts"
import { administrator, type Machine } from "./Machine.ts"
import type { Message } from "./Messages.ts"
import * as People from "./People.ts"
import type { RatePolicy } from "./RateModel.ts"
import * as Readout from "./Readout.ts"
import { dump, load, type Snapshot } from "./Snapshot.ts"
import { addBot, type Bot, findChat, type WebPhoto } from "./State.ts"

/** A chat, message or bot that control was asked about does not exist. */
export class NotThere extends Schema.TaggedError<NotThere>("oncecast/sandbox/NotThere")("NotThere", {
  what: Schema.String
}) {
  override get message(): string {
    return `The sandbox has no ${this.what}.`
  }
}

export interface NewChat {
  /** Default: channel. */
  readonly type?: ChatType
  /** Public: with or without `@`. */
  readonly username?: string
  /** Default: the next free one of the form that the type has. */
  readonly id?: number
  readonly title?: string
  readonly protectedContent?: boolean
  readonly linkedChat?: number
  /** What every bot is there at first. Default: administrator with all rights. */
  readonly bots?: Membership
}

export interface Control {
  /** Everything as at the start: chats, files, faults and logs are gone. */
  readonly reset: Effect.Effect<void>
  readonly addBot: (token: string, username?: string) => Effect.Effect<{ readonly id: number }>
  readonly addChat: (chat: NewChat) => Effect.Effect<{ readonly id: number }>
  /** Absent rights of an administrator are all rights; the bot is told by `my_chat_member`. `bot` defaults to the only one. */
  readonly setMembership: (
    chat: string,
    status: Membership["status"],
    rights?: Partial<Rights>,
    bot?: number
  ) => Effect.Effect<void, NotThere>
  readonly setChat: (
    chat: string,
    change: Partial<Pick<Chat, "title" | "protectedContent" | "linkedChat">>
  ) => Effect.Effect<void, NotThere>
  readonly postAsAdmin: (chat: string, text: string) => Effect.Effect<Message, NotThere>
  readonly editAsAdmin: (chat: string, id: number, text: string) => Effect.Effect<void, NotThere>
  readonly deleteAsAdmin: (chat: string, id: number) => Effect.Effect<void, NotThere>
  /** A user writes to a bot in private. */
  readonly say: (user: number, text: string, bot?: number) => Effect.Effect<Message, NotThere>
  /** A user presses a callback button; gives the query's id. */
  readonly press: (chat: string, id: number, data: string, user?: number) => Effect.Effect<string, NotThere>
  /** What Telegram's fetcher finds at an address. */
  readonly webPhoto: (address: string, photo: WebPhoto) => Effect.Effect<void>
  /** The message cannot be read for so long, although readers see it. */
  readonly blind: (chat: string, id: number, ms: number) => Effect.Effect<void, NotThere>
  /** The channel on a user's profile. */
  readonly personalChat: (user: number, chat: string) => Effect.Effect<void, NotThere>
  readonly fault: (rule: FaultRule) => Effect.Effect<void>
  readonly clearFaults: Effect.Effect<void>
  readonly rate: (policy: Partial<RatePolicy>) => Effect.Effect<void>

  readonly chats: Effect.Effect<ReadonlyArray<Chat>>
  readonly standing: (chat: string) => Effect.Effect<ReadonlyArray<Message>, NotThere>
  readonly history: (chat: string) => Effect.Effect<ReadonlyArray<Message>, NotThere>
  readonly duplicateTexts: (chat: string) => Effect.Effect<ReadonlyArray<Readout.Duplicate>, NotThere>
  readonly duplicateMarkers: (
    chat: string,
    pattern: RegExp
  ) => Effect.Effect<ReadonlyArray<Readout.Duplicate>, NotThere>
  readonly calls: (method?: string) => Effect.Effect<ReadonlyArray<CallRecord>>
  /** The busiest second and minute of arriving sends and edits, of one chat or of all. */
  readonly windows: (chat?: string) => Effect.Effect<Windows, NotThere>
  readonly file: (unique: string) => Effect.Effect<Uint8Array, NotThere>
  readonly dump: Effect.Effect<Snapshot>
  readonly load: (snapshot: Snapshot, files: ReadonlyMap<string, Uint8Array>) => Effect.Effect<void>
}

const orMissing = <A>(value: A | undefined, what: string): Effect.Effect<A, NotThere> =>
  value === undefined ? Effect.fail(new NotThere({ what })) : Effect.succeed(value)

/** `fresh` gives the machine as it was at the start; `changed` is run after each change. */
export const makeControl = (
  machine: Machine,
  fresh: () => Machine,
  changed: Effect.Effect<void>
): Control => {
  const chatNamed = (name: string) =>
    Effect.suspend(() => orMissing(findChat(machine.state, name), `chat ${name}`))
  const botWith = (id?: number): Effect.Effect<Bot, NotThere> =>
    Effect.suspend(() =>
      orMissing(
        id === undefined ? [...machine.state.bots.values()][0] : machine.state.bots.get(id),
        `bot ${id ?? ""}`
      )
    )
  const messageAt = (chat: Chat, id: number) =>
    orMissing(chat.messages.get(id), `message ${id} in ${chat.title}`)
  const user = (id: number) => ({ kind: "user" as const, id, name: `User ${id}` })
  const change = <A>(act: (now: number) => A): Effect.Effect<A> =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => Effect.sync(() => act(now))).pipe(
      Effect.zipLeft(changed)
    )
  const read = <A>(chat: string, of: (chat: Chat) => A): Effect.Effect<A, NotThere> =>
    Effect.map(chatNamed(chat), (found) => of(found))

  return {
    reset: change(() => {
      Object.assign(machine, fresh())
    }),
    addBot: (token, username) => change(() => ({ id: addBot(machine.state, token, username).id })),
    addChat: (chat) => change(() => ({ id: newChat(machine, chat).id })),
    setMembership: (name, status, rights, bot) =>
      Effect.gen(function* () {
        const chat = yield* chatNamed(name)
        const who = yield* botWith(bot)
        const next = { status, rights: { ...allRights, ...rights } }
        yield* change((now) => People.setMembership(machine.state, chat, who, next, now))
      }),
    setChat: (name, changes) =>
      Effect.flatMap(chatNamed(name), (chat) => change(() => void Object.assign(chat, changes))),
    postAsAdmin: (name, text) =>
      Effect.flatMap(chatNamed(name), (chat) =>
        change((now) => People.postAsAdmin(machine.state, chat, text, now))
      ),
    editAsAdmin: (name, id, text) =>
      Effect.gen(function* () {
        const chat = yield* chatNamed(name)
        const message = yield* messageAt(chat, id)
        yield* change((now) => People.editAsAdmin(machine.state, chat, message, text, now))
      }),
    deleteAsAdmin: (name, id) =>
      Effect.gen(function* () {
        const chat = yield* chatNamed(name)
        const message = yield* messageAt(chat, id)
        yield* change((now) => People.deleteAsAdmin(chat, message, now))
      }),
    say: (id, text, bot) =>
      Effect.flatMap(botWith(bot), (who) =>
        change((now) => People.say(machine.state, who, user(id), text, now))
      ),
    press: (name, id, data, by = People.admin.id) =>
      Effect.gen(function* () {
        const chat = yield* chatNamed(name)
        const message = yield* messageAt(chat, id)
        const who = yield* botWith(message.author.kind === "bot" ? message.author.id : undefined)
        const query = yield* change((now) => People.press(machine.state, who, user(by), message, data, now))
        return yield* orMissing(query, `button ${data} under message ${id}`)
      }),
    webPhoto: (address, photo) => change(() => void machine.state.webPhotos.set(address, photo)),
    blind: (name, id, ms) =>
      Effect.flatMap(chatNamed(name), (chat) => change((now) => void chat.blind.set(id, now + ms))),
    personalChat: (id, name) =>
      Effect.flatMap(chatNamed(name), (chat) =>
        change(() => void machine.state.personalChats.set(id, chat.id))
      ),
    fault: (rule) => change(() => addFault(machine.faults, rule)),
    clearFaults: change(() => {
      machine.faults = makeFaults(machine.state.seed)
    }),
    rate: (policy) =>
      change(() => {
        machine.rate.policy = { ...machine.rate.policy, ...policy }
      }),
    chats: Effect.sync(() => [...machine.state.chats.values()]),
    standing: (chat) => read(chat, (found) => Readout.readout(found).standing),
    history: (chat) => read(chat, (found) => Readout.readout(found).history),
    duplicateTexts: (chat) => read(chat, Readout.duplicateTexts),
    duplicateMarkers: (chat, pattern) => read(chat, (found) => Readout.duplicateMarkers(found, pattern)),
    calls: (method) => Effect.sync(() => Readout.calls(machine, method)),
    windows: (chat) =>
      chat === undefined
        ? Effect.sync(() => Readout.busiest(machine))
        : read(chat, (found) => Readout.busiest(machine, found)),
    file: (unique) => Effect.suspend(() => orMissing(machine.state.files.get(unique), `file ${unique}`)),
    dump: Effect.sync(() => dump(machine.state)),
    load: (snapshot, files) => change(() => load(machine.state, snapshot, files))
  }
}

const newChat = (machine: Machine, shape: NewChat): Chat => {
  const { state } = machine
  const type = shape.type ?? "channel"
  const free = state.chats.size + 1
  const id = shape.id ?? (type === "private" ? free : -1_001_000_000_000 - free)
  const username = shape.username?.replace(/^@/, "")
  const chat = makeChat({
    id,
    type,
    title: shape.title ?? username ?? `Chat ${id}`,
    username,
    protectedContent: shape.protectedContent ?? false,
    linkedChat: shape.linkedChat
  })
  for (const bot of state.bots.keys()) chat.members.set(bot, shape.bots ?? administrator)
  state.chats.set(id, chat)
  return chat
}

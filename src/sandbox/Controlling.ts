// Control over one machine: each verb finds what it names, changes the state at the Clock's time, and says that something changed.
import { Clock, Effect } from "effect"
import { allRights, type Chat, makeChat } from "./Chat.ts"
import { type Control, type NewChat, NotThere } from "./Control.ts"
import { addFault, makeFaults } from "./Faults.ts"
import { administrator, type Machine } from "./Machine.ts"
import * as People from "./People.ts"
import * as Readout from "./Readout.ts"
import { dump, load } from "./Snapshot.ts"
import { addBot, type Bot, findChat } from "./State.ts"

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
    forwardAs: (who, name, id, bot) =>
      Effect.gen(function* () {
        const message = yield* messageAt(yield* chatNamed(name), id)
        const to = yield* botWith(bot)
        return yield* change((now) => People.forward(machine.state, to, user(who), message, now))
      }),
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

// Control over the world and its weather (E5, E6, E11, E14–E16, E20): bots, chats, switches, faults, flood, clock.
import { Effect, Schema } from "effect"
import { AdjustableClock } from "../AdjustableClock.ts"
import { allRights, type Chat, cachedTechniques, type Membership, makeChat } from "../Chat.ts"
import {
  type Arranging,
  type BlindSpot,
  type ChatChange,
  type NewChat,
  NotThere,
  type Standing,
  type WebFind
} from "../Control.ts"
import { addFault, FaultRule, makeFaults } from "../Faults.ts"
import { administrator, type EmulatorOptions, type Machine } from "../Machine.ts"
import * as People from "../People.ts"
import { flood, setPolicy } from "../RateModel.ts"
import { load } from "../Snapshot.ts"
import { addBot, type State } from "../State.ts"
import type { WebPhoto } from "../WebFetches.ts"
import { botWith, type Change, chatNamed } from "./Finding.ts"

const membershipOf = ({ status, rights }: Standing): Membership => ({
  status,
  rights: { ...allRights, ...rights }
})

const newChat = ({ state }: Machine, shape: NewChat): Chat => {
  const type = shape.type ?? "channel"
  const id = shape.id ?? freeId(state, type)
  const username = shape.username?.replace(/^@/, "")
  const chat = makeChat({
    id,
    type,
    title: shape.title ?? username ?? `Chat ${id}`,
    username,
    protectedContent: shape.protectedContent ?? false,
    linkedChat: shape.linkedChat
  })
  for (const bot of state.bots.keys()) {
    chat.members.set(bot, shape.bots === undefined ? administrator : membershipOf(shape.bots))
  }
  for (const { id: member, ...standing } of shape.members ?? []) {
    chat.members.set(member, membershipOf(standing))
  }
  state.chats.set(id, chat)
  return chat
}

const freeId = (state: State, type: Chat["type"]): number => {
  const free = state.chats.size + 1
  if (type === "private") return free
  return type === "group" ? -1_000_000 - free : -1_001_000_000_000 - free
}

const changeChat = (state: State, chat: Chat, { title, photo, ...plain }: ChatChange, now: number) => {
  Object.assign(chat, plain)
  if (title !== undefined) People.rename(state, chat, title, People.admin, now)
  if (photo === true) People.newPhoto(state, chat, People.admin, now)
}

const addBlindness = (chat: Chat, spot: BlindSpot, until: number) => {
  const from = spot.id ?? spot.from ?? 0
  const to = spot.id ?? Number.MAX_SAFE_INTEGER
  chat.blind = [...chat.blind, { from, to, techniques: spot.techniques ?? cachedTechniques, until }]
}

const webPhoto = (find: WebFind): WebPhoto => ({
  what:
    "failure" in find ? { failure: find.failure } : { base64: Buffer.from(find.bytes).toString("base64") },
  delayMs: find.delayMs ?? 0
})

/** `fresh` puts a machine as it is at the start, with these options, in the place of what is there. */
export const makeArranging = (
  machine: Machine,
  fresh: (options: EmulatorOptions) => Effect.Effect<void>,
  change: Change
): Arranging => {
  /** One id, or none for no name. */
  const idsOf = (name: string | undefined): Effect.Effect<ReadonlyArray<number>, NotThere> =>
    name === undefined ? Effect.succeed([]) : Effect.map(chatNamed(machine, name), ({ id }) => [id])
  const inChat = <A>(name: string, act: (chat: Chat, now: number) => A): Effect.Effect<A, NotThere> =>
    Effect.flatMap(chatNamed(machine, name), (chat) => change((now) => act(chat, now)))

  return {
    reset: fresh({}),
    resetTo: fresh,
    addBot: (token, username, readsGroups) => {
      const about = {
        ...(username === undefined ? {} : { username }),
        ...(readsGroups === undefined ? {} : { readsGroups })
      }
      return change((at) => ({ id: addBot(machine.state, token, { ...about, at }).id }))
    },
    revokeBot: (id) =>
      Effect.flatMap(botWith(machine, id), (bot) =>
        change(() => {
          bot.revoked = true
        })
      ),
    addChat: (chat) => change(() => ({ id: newChat(machine, chat).id })),
    setChat: (name, next) => inChat(name, (chat, now) => changeChat(machine.state, chat, next, now)),
    migrate: (name) =>
      inChat(name, (chat, now) => ({
        id: People.migrate(machine.state, chat, freeId(machine.state, "supergroup"), now).id
      })),
    setMembership: (name, status, rights = {}, bot) =>
      Effect.gen(function* () {
        const chat = yield* chatNamed(machine, name)
        const who = yield* botWith(machine, bot)
        const next = membershipOf({ status, rights })
        yield* change((now) => People.setMembership(machine.state, chat, who, next, now))
      }),
    personalChat: (id, name) => inChat(name, (chat) => void machine.state.personalChats.set(id, chat.id)),
    webPhoto: (address, find) => change(() => void machine.state.webPhotos.set(address, webPhoto(find))),
    forgetFetches: (address) =>
      change(() => {
        if (address === undefined) machine.state.fetched.clear()
        else machine.state.fetched.delete(address)
      }),
    switches: (next) =>
      change(() => {
        machine.state.switches = { ...machine.state.switches, ...next }
        return machine.state.switches
      }),
    fault: (rule) => change(() => addFault(machine.faults, Schema.validateSync(FaultRule)(rule))),
    updateFault: (rule) =>
      change(() => void machine.state.updateFaults.push({ rule, left: rule.times ?? 1 })),
    clearFaults: change(() => {
      machine.faults = makeFaults(machine.state.seed)
      machine.state.updateFaults = []
    }),
    blind: (name, spot, ms) =>
      inChat(name, (chat, now) =>
        addBlindness(chat, typeof spot === "number" ? { id: spot } : spot, now + ms)
      ),
    rate: (policy, name) =>
      Effect.flatMap(idsOf(name), ([chat]) => change(() => setPolicy(machine.rate, policy, chat))),
    flood: (seconds, name) =>
      Effect.flatMap(idsOf(name), ([chat]) =>
        change((now) => flood(machine.rate, now + seconds * 1000, chat))
      ),
    clock: (next) =>
      Effect.clockWith((clock) =>
        clock instanceof AdjustableClock
          ? clock.adjust(next)
          : Effect.fail(new NotThere({ what: "clock of its own" }))
      ),
    load: (snapshot, files) => change(() => load(machine, snapshot, files))
  }
}

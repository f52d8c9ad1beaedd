// A world for deliveries in virtual time: the real fibers, the real store on SQLite in memory, the real Bot API client, and the emulator behind
// it in process. Only the network and the clock are not real.
import { assert } from "@effect/vitest"
import { Clock, Context, Effect, Layer, Redacted, TestClock } from "effect"
import { type Channel, channelDefaults } from "../../../src/domain/Channel.ts"
import type { Item } from "../../../src/domain/Item.ts"
import { markerIn } from "../../../src/domain/Marker.ts"
import { ChannelId, DeliveryId } from "../../../src/domain/Names.ts"
import { Replies } from "../../../src/operator/chat/Replies.ts"
import { Ledger } from "../../../src/outbox/Ledger.ts"
import { Outbox } from "../../../src/outbox/Outbox.ts"
import { Signals } from "../../../src/outbox/Signals.ts"
import { channelFiber } from "../../../src/publisher/ChannelFiber.ts"
import type { ChannelReport } from "../../../src/publisher/ChannelReport.ts"
import { Photos } from "../../../src/publisher/Photos.ts"
import { type Settle, takeAnswer, type Voice } from "../../../src/publisher/parking/Answers.ts"
import { asking } from "../../../src/publisher/parking/Asking.ts"
import { takeReceipt } from "../../../src/publisher/Receipts.ts"
import { receiver } from "../../../src/publisher/Receiver.ts"
import { standing } from "../../../src/sandbox/Chat.ts"
import { Emulator, type EmulatorShape } from "../../../src/sandbox/Emulator.ts"
import type { FaultRule } from "../../../src/sandbox/Faults.ts"
import { linksOf, type Message, shownText } from "../../../src/sandbox/Messages.ts"
import type { Switches } from "../../../src/sandbox/Switches.ts"
import { emulatedExchange } from "../../../src/simulation/EmulatedHttp.ts"
import { Database } from "../../../src/storage/Database.ts"
import * as Storage from "../../../src/storage/Storage.ts"
import { botUpdates, layerBotApi } from "../../../src/telegram/BotApi.ts"
import type { Exchange } from "../../../src/telegram/SendHttp.ts"
import { LimitStore } from "../../../src/throttle/LimitStore.ts"
import { Throttle } from "../../../src/throttle/Throttle.ts"
import { insertDelivery } from "../../storage/fixtures.ts"
import { picture } from "../stage.ts"

export const publisherToken = "1000000001:PUBLISHER-of-the-recovery-tests-AAAA"
export const witnessToken = "1000000002:WITNESS-of-the-recovery-tests-AAAAAA"
export const admin = 4242

/** Chats of every world. */
export const chats = { channel: "@deals", log: -1_001_000_000_777, group: -1_001_000_000_888, owner: 9001 }

export const deals: Channel = { ...channelDefaults, id: ChannelId.make("deals"), chat: chats.channel }

export class World extends Context.Tag("test/World")<
  World,
  { readonly emulator: EmulatorShape; readonly exchange: Exchange; readonly reports: Array<string> }
>() {}

const rightsToPost = {
  status: "administrator",
  rights: { can_post_messages: true, can_edit_messages: false, can_delete_messages: false }
} as const

const makeWorld = (switches: Partial<Switches>) =>
  Effect.gen(function* () {
    const bots = [
      { token: publisherToken, username: "once_bot" },
      { token: witnessToken, username: "witness_bot" }
    ]
    const emulator = yield* Emulator.make({ bots, switches })
    const { control } = emulator
    yield* control.addChat({ id: chats.log, type: "channel", title: "Log" })
    yield* control.addChat({ username: "deals", title: "Deals", bots: rightsToPost })
    // A post from before: by it reading can be checked once ours stand there.
    yield* control.postAsAdmin(chats.channel, "Welcome")
    return { emulator, exchange: yield* emulatedExchange(emulator), reports: [] }
  })

const telegram = Layer.unwrapEffect(
  Effect.map(World, ({ exchange }) => layerBotApi({ token: Redacted.make(publisherToken), exchange }))
)

/** All but the store. */
export const outsideLayer = (switches: Partial<Switches> = {}) =>
  Layer.mergeAll(
    telegram,
    Layer.succeed(Photos, { load: () => Effect.succeed(picture()) }),
    Throttle.layer({ share: 1 }).pipe(Layer.provide(LimitStore.layerMemory))
  ).pipe(Layer.provideMerge(Layer.scoped(World, makeWorld(switches))), Layer.provideMerge(Signals.layer))

export const worldLayer = (switches: Partial<Switches> = {}) =>
  Layer.provideMerge(Storage.layerMemory, outsideLayer(switches))

const reporting = Effect.map(World, ({ reports }): ChannelReport => {
  const say = (words: string) => Effect.sync(() => void reports.push(words))
  return {
    running: () => say("running"),
    waiting: (until, why) => say(`waiting ${until} ${why}`),
    openCircuit: (until, why) => say(`open ${until} ${why}`)
  }
})

/** A lease so long that its renewals do not slow the test clock down. */
export const publishing = (channel: Channel, owner = "one") =>
  Effect.flatMap(reporting, (report) => channelFiber(channel, owner, report, { leaseTtl: "1 day" }))

const settle: Settle<Outbox> = ({ delivery, attempt }, found) =>
  Effect.gen(function* () {
    const outbox = yield* Outbox
    const now = yield* Clock.currentTimeMillis
    return yield* found === "absent"
      ? outbox.resolve(delivery, { _tag: "Absent" }, now, attempt)
      : outbox.resolve(delivery, { _tag: "Sent", messageIds: [found.messageId] }, now, attempt)
  })

const voice: Voice<Replies> = {
  say: (person, text) => Effect.flatMap(Replies, (replies) => replies.show(person, text)),
  answer: (press, text) => Effect.flatMap(Replies, (replies) => replies.answer(press, text))
}

/** Reads what a bot is told, for ever. */
export const listening = (channel: Channel, token: string) =>
  Effect.gen(function* () {
    const { exchange } = yield* World
    const updates = botUpdates({ token: Redacted.make(token), exchange })
    const report = yield* reporting
    return yield* receiver({
      updates,
      owner: "one",
      report,
      handle: (update) =>
        Effect.asVoid(
          Effect.zipRight(
            takeReceipt(update, [channel]),
            takeAnswer<Outbox | Replies>(update, [admin], { settle, voice })
          )
        )
    })
  }).pipe(Effect.provide(Replies.layer))

export const asks = asking(Effect.succeed([admin]))

export const enqueue = (title: string, channel: Channel = deals, item: Partial<Item> = {}) =>
  Effect.gen(function* () {
    const database = yield* Database
    const signals = yield* Signals
    const link = `https://shop.example/${title}`
    const id = yield* database.transaction("enqueue", (db) =>
      insertDelivery(db, { channel: channel.id, title, item: { link, ...item }, priority: 0, now: 0 })
    )
    yield* signals.notify({ kind: "channel", id: channel.id })
    return DeliveryId.make(id)
  })

export const fault = (rule: FaultRule) =>
  Effect.flatMap(World, ({ emulator }) => emulator.control.fault(rule))

const clean = (message: Message) => shownText(message).text.replaceAll("\u200b", "").split("\n")[0] ?? ""

const chatNamed = (chat: string | number) =>
  Effect.flatMap(World, ({ emulator }) =>
    Effect.map(emulator.control.chats, (all) =>
      all.find(({ id, username }) => id === chat || `@${username ?? ""}` === chat)
    )
  )

/** Takes the bot's right to post in the channel from it, or gives it back; it has no right to change what others posted. */
export const mayPost = (can: boolean) =>
  Effect.flatMap(World, ({ emulator }) =>
    emulator.control.setMembership(chats.channel, "administrator", {
      ...{ can_edit_messages: false, can_delete_messages: false, can_post_messages: can }
    })
  )

/** The first lines of what readers see in a chat. */
export const shown = (chat: string | number = chats.channel) =>
  Effect.map(chatNamed(chat), (found) => (found === undefined ? [] : standing(found).map(clean)))

/** Posts of the bot that ever stood in the channel, deleted ones too. */
export const everShown = Effect.map(chatNamed(chats.channel), (found) =>
  [...(found?.messages.values() ?? [])].filter((message) => message.author.kind === "bot").map(clean)
)

export const markersShown = Effect.map(chatNamed(chats.channel), (found) =>
  (found === undefined ? [] : standing(found)).flatMap((message) =>
    linksOf(message).flatMap((link) => markerIn(link) ?? [])
  )
)

export const stateOf = (delivery: DeliveryId) =>
  Effect.gen(function* () {
    const ledger = yield* Ledger
    const rows = yield* ledger.deliveries({ limit: 100 })
    const row = rows.find(({ id }) => id === delivery)
    return row === undefined ? "none" : row.state
  })

/** Lets time pass in steps, so that what happens in one is seen by the next. */
export const pass = (seconds: number, step = 5) =>
  Effect.forEach(
    Array.from({ length: Math.ceil(seconds / step) }),
    () => TestClock.adjust(`${step} seconds`),
    {
      discard: true
    }
  )

/** Lets time pass until it holds: what takes promises or files may take many steps on a busy machine. */
export const passUntil = <E, R>(holds: Effect.Effect<boolean, E, R>) =>
  Effect.zipRight(pass(5), holds).pipe(
    Effect.repeat({ until: (yes) => yes, times: 200 }),
    Effect.map((held) => assert.isTrue(held, "not even after a quarter of an hour"))
  )

/** Rows of a table, for what no contract shows. */
export const rows = <Row extends object>(sql: string) =>
  Effect.flatMap(Database, (database) => database.read("look", (db) => db.all<Row>(sql)))

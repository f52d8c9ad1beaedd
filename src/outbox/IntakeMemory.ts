// Intake in memory: the contract as an executable specification, and the oracle that the stores are compared with. Forgets everything
// with its scope. Promises what Intake.ts promises, except durability.
import { Context, Effect, Layer, Option } from "effect"
import { DeliveryId } from "../domain/Names.ts"
import { noDoubt } from "./Belief.ts"
import { Intake } from "./Intake.ts"
import { intakeOn } from "./IntakeOn.ts"
import type { IntakeRows, IntakeStore } from "./IntakeStore.ts"
import { burstWrites } from "./MemoryBursts.ts"
import { forget, forgetPrices, itemWrites } from "./MemoryItems.ts"
import { emptyShelf, IntakeShelf, reads, remember, type Shelf, unknownSource } from "./MemoryShelf.ts"
import { aboutNew, published, tellingWrites } from "./MemoryTelling.ts"
import { Signals } from "./Signals.ts"

const makeRoom =
  (shelf: Shelf): IntakeRows["makeRoom"] =>
  (channel, count) => {
    const queued = shelf.deliveries.filter((one) => one.channel === channel.id && one.state === "queued")
    const byRank =
      channel.overflow === "drop-lowest" ? queued.toSorted((a, b) => a.priority - b.priority) : queued
    const lost = byRank.slice(0, count)
    for (const one of lost) one.state = "expired"
    return lost.map(({ item }) => item)
  }

const rows = (shelf: Shelf): IntakeRows => ({
  ...reads(shelf),
  ...itemWrites(shelf),
  ...burstWrites(shelf),
  ...tellingWrites(shelf),
  makeRoom: makeRoom(shelf),
  keepOut: (keptOut) => {
    for (const { channel, rule } of keptOut) {
      const name = `${channel}: ${rule}`
      shelf.keptOut.set(name, (shelf.keptOut.get(name) ?? 0) + 1)
    }
  },
  beginReading: (source) => {
    const from = shelf.sources.get(source)?.memory.readingFrom ?? Option.none()
    const readingFrom = Option.getOrElse(from, () => shelf.ids + 1)
    remember(shelf, source, { readingFrom: Option.some(readingFrom) })
    shelf.sources.set(source, { ...(shelf.sources.get(source) ?? unknownSource), cursor: {} })
    return readingFrom
  },
  deliver: (bindings, now) => {
    for (const { joint, event = aboutNew, ...binding } of bindings) {
      const { item, channel } = binding
      const isThere = shelf.deliveries.some(
        (one) => one.item === item && one.channel === channel && one.event.key === event.key
      )
      const id = DeliveryId.make(shelf.deliveries.length + 1)
      if (!isThere) shelf.deliveries.push({ ...binding, id, event, state: "queued" })
      if (event === aboutNew) published(shelf, item, channel, now)
      for (const hash of joint) {
        const key = `${channel}/${hash}`
        if (!shelf.channelKeys.has(key)) shelf.channelKeys.set(key, item)
      }
    }
  },
  renew: (source, memory) => remember(shelf, source, { ...memory, doubt: noDoubt }),
  close: ({ source, memory, cursor, reading }) => {
    const { gathering, readingFrom } = (shelf.sources.get(source) ?? unknownSource).memory
    shelf.sources.set(source, {
      memory: reading ? { ...memory, gathering, readingFrom } : memory,
      cursor: Option.getOrElse(cursor, () => ({}))
    })
  }
})

const storeOn = (shelf: Shelf): IntakeStore => ({
  read: (_, run) => Effect.sync(() => run(reads(shelf))),
  transaction: (_, run) => Effect.sync(() => run(rows(shelf))),
  provisional: (_, run) => Effect.sync(() => run(rows(shelf))),
  flush: Effect.void,
  forget: (before) => Effect.sync(() => forget(shelf, before)),
  forgetPrices: (before) => Effect.sync(() => forgetPrices(shelf, before))
})

export const layer: Layer.Layer<Intake | IntakeShelf, never, Signals> = Layer.effectContext(
  Effect.map(Signals, (signals) => {
    const shelf = emptyShelf()
    return Context.make(Intake, intakeOn(storeOn(shelf), signals)).pipe(Context.add(IntakeShelf, shelf))
  })
)

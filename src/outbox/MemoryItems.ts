// Items of an Intake in memory: how they come, change, leave and are forgotten.
import { Option } from "effect"
import type { DeliveryState } from "../domain/Delivery.ts"
import type { Item } from "../domain/Item.ts"
import { ItemId, type Millis } from "../domain/Names.ts"
import type { IntakeRows } from "./IntakeStore.ts"
import type { MemoryItem, Shelf } from "./MemoryShelf.ts"

const pricesOf = (item: Item, at: Millis) =>
  item.offer?.price === undefined ? [] : [{ at, price: item.offer.price }]

const insert =
  (shelf: Shelf): IntakeRows["insert"] =>
  (source, items, holding, now) =>
    items.map((candidate, at) => {
      shelf.ids += 1
      const id = ItemId.make(shelf.ids)
      const prices = pricesOf(candidate.item, now)
      const absentAt = Option.none()
      const burst = Option.map(holding, (one) => one.burst)
      const age = Option.flatMapNullable(holding, (one) => one.ages?.[at])
      shelf.items.set(id, {
        ...{
          id,
          source,
          firstSeenAt: now,
          candidate,
          revision: 1,
          aliases: 0,
          seenAt: now,
          absentAt,
          burst,
          age,
          prices
        }
      })
      for (const hash of candidate.keys) if (!shelf.keys.has(hash)) shelf.keys.set(hash, id)
      for (const hash of candidate.also) shelf.keys.set(hash, id)
      return id
    })

const leave = (shelf: Shelf, items: ReadonlyArray<ItemId>, now: Millis): void => {
  for (const item of items.flatMap((id) => shelf.items.get(id) ?? [])) {
    item.absentAt = Option.some(now)
    item.seenAt = now
  }
}

export const itemWrites = (
  shelf: Shelf
): Pick<IntakeRows, "insert" | "revise" | "leave" | "loseSight" | "comeBack" | "dropKeys" | "addKeys"> => ({
  insert: insert(shelf),
  revise: (revisions, now) => {
    for (const { id, candidate, joint, repriced } of revisions) {
      const item = shelf.items.get(id)
      if (item === undefined) continue
      if (repriced) item.prices.push(...pricesOf(candidate.item, now))
      // What it is held under stays: a document that says less takes no key from it.
      const all = [...new Set([...item.candidate.joint, ...joint])]
      item.candidate = { ...item.candidate, ...candidate, joint: all }
      item.revision += 1
      for (const { channel } of shelf.deliveries.filter((one) => one.item === id)) {
        for (const key of joint.map((hash) => `${channel}/${hash}`)) {
          if (!shelf.channelKeys.has(key)) shelf.channelKeys.set(key, id)
        }
      }
    }
    return [] // nothing is sent from here, so no post stands
  },
  leave: (items, now) => leave(shelf, items, now),
  loseSight: (items, now) => {
    leave(shelf, items, now)
    for (const row of shelf.told.values()) if (items.includes(row.item)) row.lookAt = Option.none()
  },
  comeBack: (items) => {
    for (const item of items.flatMap((id) => shelf.items.get(id) ?? [])) item.absentAt = Option.none()
  },
  dropKeys: (hashes) => {
    for (const hash of hashes) shelf.keys.delete(hash)
  },
  addKeys: (keys) => {
    for (const { item: id, hash } of keys) {
      const item = shelf.items.get(id)
      if (item === undefined || shelf.keys.has(hash)) continue
      shelf.keys.set(hash, id)
      item.aliases += 1
    }
  }
})

const finished: ReadonlySet<DeliveryState> = new Set(["sent", "edited", "withdrawn", "refused", "expired"])

export const forget = (shelf: Shelf, before: Millis): number => {
  const hasLeft = ({ id, absentAt, seenAt, burst }: MemoryItem) =>
    Option.isSome(absentAt) &&
    seenAt < before &&
    Option.isNone(burst) &&
    shelf.deliveries.every((one) => one.item !== id || finished.has(one.state))
  const gone = [...shelf.items.values()].filter(hasLeft)
  for (const { id } of gone) shelf.items.delete(id)
  for (const [key, { item }] of shelf.told) if (!shelf.items.has(item)) shelf.told.delete(key)
  for (const [hash, id] of shelf.keys) if (!shelf.items.has(id)) shelf.keys.delete(hash)
  for (const [hash, id] of shelf.channelKeys) if (!shelf.items.has(id)) shelf.channelKeys.delete(hash)
  return gone.length
}

export const forgetPrices = (shelf: Shelf, before: Millis): number => {
  let forgotten = 0
  for (const { prices } of shelf.items.values()) {
    const held = Math.max(
      0,
      prices.findLastIndex((one) => one.at <= before)
    )
    forgotten += prices.splice(0, held).length
  }
  return forgotten
}

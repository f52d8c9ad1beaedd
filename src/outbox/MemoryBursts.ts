// Held items of an Intake in memory.
import { Option } from "effect"
import type { IntakeRows } from "./IntakeStore.ts"
import { heldIn, type MemoryItem, remember, type Shelf, type StoredBurst } from "./MemoryShelf.ts"

const changeBurst = (
  shelf: Shelf,
  id: number,
  change: (burst: StoredBurst) => Partial<StoredBurst>
): void => {
  const burst = shelf.bursts.get(id)
  if (burst !== undefined) shelf.bursts.set(id, { ...burst, ...change(burst) })
}

const letGo = (items: ReadonlyArray<MemoryItem>): void => {
  for (const item of items) Object.assign(item, { burst: Option.none(), age: Option.none() })
}

type BurstWrites = "openBurst" | "growBurst" | "hold" | "makeFlood" | "setBurst" | "letGo" | "letOldestGo"

export const burstWrites = (shelf: Shelf): Pick<IntakeRows, BurstWrites> => ({
  openBurst: (source, kind, items, documentItems, at) => {
    const id = Math.max(0, ...shelf.bursts.keys()) + 1
    shelf.bursts.set(id, { id, source, at, items, documentItems, state: "held", kind })
    remember(shelf, source, { gathering: Option.some(id) })
    return id
  },
  growBurst: (id, items) => changeBurst(shelf, id, (burst) => ({ items: burst.items + items })),
  hold: (burst, items) => {
    for (const { id, joint, age } of items) {
      const item = shelf.items.get(id)
      if (item === undefined) continue
      Object.assign(item, { burst: Option.some(burst), age: Option.some(age) })
      item.candidate = { ...item.candidate, joint }
    }
  },
  makeFlood: (id, documentItems) => changeBurst(shelf, id, () => ({ kind: "flood", documentItems })),
  setBurst: (id, state) => {
    const ends = state === "released" || state === "discarded"
    if (ends && shelf.bursts.get(id)?.kind === "stream") shelf.bursts.delete(id)
    else changeBurst(shelf, id, () => ({ state }))
  },
  letGo: (burst, items) => letGo(heldIn(shelf, burst).filter((item) => items.includes(item.id))),
  letOldestGo: (burst, count) => letGo(heldIn(shelf, burst).slice(0, count))
})

// What must hold in every world, of fibers or without, whatever the chats are made of: the steps of a delivery, the lease, the pace. The first
// promise that does not hold is kept.
import { transitions } from "../domain/Delivery.ts"
import type { ChannelPlace } from "./Installation.ts"
import type { Step } from "./Records.ts"

/** A promise that did not hold. */
export interface Broken {
  /** Its name, the same however often and wherever it breaks. */
  readonly invariant: string
  readonly what: string
}

/** The invariant that breaks when an item is lost. */
export const lostItems = "nothing is lost"

/** The channels as their readers see them. */
export interface Readers {
  /** The posts of an item that stand in a channel now. */
  readonly standing: (channel: string, item: string) => ReadonlyArray<{ readonly id: number }>
  /** Whether the item was ever posted there. */
  readonly everPosted: (channel: string, item: string) => boolean
  /** How many items were ever posted there. */
  readonly itemsPosted: (channel: string) => number
  /** Items of which readers see more than one post. */
  readonly doubledNow: () => ReadonlyArray<string>
}

const isOpen = new Map<string, ReadonlyArray<string>>(Object.entries(transitions))

export class Promises {
  readonly #arrivals = new Map<string, Array<number>>()
  #broken: Broken | undefined

  get broken(): Broken | undefined {
    return this.#broken
  }

  readonly breaks = (invariant: string, what: string): void => {
    this.#broken ??= { invariant, what }
  }

  /** A delivery changes its state, in a transaction of `writer`. */
  stepped({ delivery, from, to, owner }: Step, writer: string): void {
    if (to === "sending" && owner !== writer) {
      this.breaks(
        "no send without the lease",
        `${writer} began delivery ${delivery}; the lease is ${owner}'s`
      )
    }
    if (isOpen.get(from)?.includes(to) !== true) {
      this.breaks("steps of the diagram", `delivery ${delivery} went from ${from} to ${to}`)
    }
  }

  /** A call has reached the channel: no window of a minute, and no gap, has more than the catalog permits. */
  called({ username, channel }: ChannelPlace, at: number, cost: number): void {
    const { perMinute, gapMs } = channel.pace
    const before = (this.#arrivals.get(username) ?? []).filter((earlier) => earlier > at - 60_000)
    const last = before.at(-1)
    const times = [...before, ...Array.from({ length: Math.min(cost, perMinute) }, () => at)]
    this.#arrivals.set(username, times)
    if (times.length > perMinute) {
      this.breaks("the pace", `${times.length} calls to ${username} in 60 s, ${perMinute} are permitted`)
    }
    if (last !== undefined && at - last < gapMs) {
      this.breaks("the pace", `two calls to ${username} within ${at - last} ms, ${gapMs} are asked for`)
    }
  }

  /** So many wait in the channel. */
  waits({ channel }: ChannelPlace, queued: number): void {
    if (queued <= channel.capacity) return
    this.breaks("the outbox is bounded", `${queued} wait in ${channel.id}, ${channel.capacity} may`)
  }
}

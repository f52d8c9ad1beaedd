// What must hold in a world, looked at from outside: at the chats and the calls as Telegram has them, not at what the program believes. Each is
// checked at the moment when it could break. The first one that breaks ends the run.

import { transitions } from "../domain/Delivery.ts"
import type { CallRecord } from "../sandbox/CallLog.ts"
import type { Chat } from "../sandbox/Chat.ts"
import { type Message, shownText } from "../sandbox/Messages.ts"
import type { ChannelPlace, Installation } from "./Installation.ts"
import type { Step } from "./Records.ts"
import { namesIn } from "./Truth.ts"

/** A promise that did not hold. */
export interface Broken {
  /** Its name, the same however often and wherever it breaks. */
  readonly invariant: string
  readonly what: string
}

/** The invariant that breaks when an item is lost. */
export const lostItems = "nothing is lost"

/** A post of an item in a channel, by its first message. */
interface Posted {
  readonly messageId: number
  readonly at: number
}

const isOpen = new Map<string, ReadonlyArray<string>>(Object.entries(transitions))

export interface InvariantOptions {
  readonly installation: Installation
  readonly chat: (username: string) => Chat | undefined
  readonly now: () => number
  /** Of the bots; no text that leaves a program may hold one. */
  readonly secrets: ReadonlyArray<string>
  /** A second post is to be seen and taken away, not to be excluded. */
  readonly doublesAdmitted: boolean
}

export class Invariants {
  readonly #options: InvariantOptions
  readonly #posts = new Map<string, Array<Posted>>()
  readonly #arrivals = new Map<string, Array<number>>()
  #broken: Broken | undefined
  #posted = 0
  #doubled = 0

  constructor(options: InvariantOptions) {
    this.#options = options
  }

  get broken(): Broken | undefined {
    return this.#broken
  }

  get posted(): number {
    return this.#posted
  }

  /** Posts that stood beside another one of the same item. */
  get doubled(): number {
    return this.#doubled
  }

  readonly breaks = (invariant: string, what: string): void => {
    this.#broken ??= { invariant, what }
  }

  /** A call has reached Telegram. */
  arrived(call: CallRecord): void {
    const place = this.#placeOf(call.chat)
    if (place === undefined || call.cost === 0) return
    this.#window(place, call)
  }

  /** A call has been carried out. */
  done(call: CallRecord): void {
    const place = this.#placeOf(call.chat)
    if (place === undefined || !/^send/i.test(call.method)) return
    const [first] = [...(call.messageIds ?? [])].sort((a, b) => a - b)
    const message = first === undefined ? undefined : this.#options.chat(place.username)?.messages.get(first)
    if (message !== undefined) this.#appeared(place, message)
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

  /** Something that a program has written for people. */
  said(line: string): void {
    for (const secret of this.#options.secrets) {
      if (line.includes(secret)) this.breaks("no secret is shown", line.replaceAll(secret, "…"))
    }
  }

  /** The posts of an item that readers see now in a channel. */
  standing(username: string, item: string): ReadonlyArray<Message> {
    const chat = this.#options.chat(username)
    return (this.#posts.get(`${username} ${item}`) ?? []).flatMap(({ messageId }) => {
      const message = chat?.messages.get(messageId)
      return message === undefined || message.deleted !== undefined ? [] : [message]
    })
  }

  /** Whether the item was ever posted there. */
  everPosted(username: string, item: string): boolean {
    return this.#posts.has(`${username} ${item}`)
  }

  /** Items of which readers see more than one post. */
  doubledNow(): ReadonlyArray<string> {
    return [...this.#posts.keys()].filter((key) => {
      const [username = "", item = ""] = key.split(" ")
      return this.standing(username, item).length > 1
    })
  }

  #placeOf(chat: string): ChannelPlace | undefined {
    return this.#options.installation.places.find(({ channel }) => channel.chat === chat)
  }

  #appeared(place: ChannelPlace, message: Message): void {
    this.#posted += 1
    const items = namesIn(shownText(message).text)
    if (items.length === 0) {
      this.breaks("posts show their items", `message ${message.id} of ${place.username} shows none`)
    }
    for (const item of items) this.#shows(place, message, item)
  }

  #shows({ username, channel }: ChannelPlace, message: Message, item: string): void {
    const before = this.standing(username, item)
    const key = `${username} ${item}`
    this.#posts.set(key, [
      ...(this.#posts.get(key) ?? []),
      { messageId: message.id, at: this.#options.now() }
    ])
    if (before.length === 0) return
    this.#doubled += 1
    if (this.#options.doublesAdmitted || channel.onUnknown === "resend") return
    const ids = [...before.map(({ id }) => id), message.id].join(" and ")
    this.breaks("each item once", `${item} stands twice in ${username}: messages ${ids}`)
  }

  /** No window of a minute, and no gap, has more than the catalog permits. */
  #window({ username, channel }: ChannelPlace, call: CallRecord): void {
    const { perMinute, gapMs } = channel.pace
    const before = (this.#arrivals.get(username) ?? []).filter((at) => at > call.at - 60_000)
    const last = before.at(-1)
    const times = [...before, ...Array.from({ length: Math.min(call.cost, perMinute) }, () => call.at)]
    this.#arrivals.set(username, times)
    if (times.length > perMinute) {
      this.breaks("the pace", `${times.length} calls to ${username} in 60 s, ${perMinute} are permitted`)
    }
    if (last !== undefined && call.at - last < gapMs) {
      this.breaks("the pace", `two calls to ${username} within ${call.at - last} ms, ${gapMs} are asked for`)
    }
  }
}

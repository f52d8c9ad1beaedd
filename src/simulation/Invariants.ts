// What must hold in a world, looked at from outside: at the chats and the calls as Telegram has them, not at what the program believes. Each is
// checked at the moment when it could break. The first one that breaks ends the run.

import type { CallRecord } from "../sandbox/CallLog.ts"
import type { Chat } from "../sandbox/Chat.ts"
import { type Message, shownText } from "../sandbox/Messages.ts"
import type { ChannelPlace, Installation } from "./Installation.ts"
import { Promises, type Readers } from "./Promises.ts"

/** A post of an item in a channel, by its first message. */
interface Posted {
  readonly messageId: number
  readonly at: number
}

export interface InvariantOptions {
  readonly installation: Installation
  readonly chat: (username: string) => Chat | undefined
  readonly now: () => number
  /** Of the bots; no text that leaves a program may hold one. */
  readonly secrets: ReadonlyArray<string>
  /** The item that a post is about, by the text that it shows. */
  readonly nameOf: (text: string) => string | undefined
  /** A second post is to be seen and taken away, not to be excluded. */
  readonly doublesAdmitted: boolean
}

export class Invariants extends Promises implements Readers {
  readonly #options: InvariantOptions
  readonly #posts = new Map<string, Array<Posted>>()
  #posted = 0
  #doubled = 0

  constructor(options: InvariantOptions) {
    super()
    this.#options = options
  }

  get posted(): number {
    return this.#posted
  }

  /** Posts that stood beside another one of the same item. */
  get doubled(): number {
    return this.#doubled
  }

  /** A call has reached Telegram. */
  arrived(call: CallRecord): void {
    const place = this.#placeOf(call.chat)
    if (place === undefined || call.cost === 0) return
    this.called(place, call.at, call.cost)
  }

  /** A call has been carried out. */
  done(call: CallRecord): void {
    const place = this.#placeOf(call.chat)
    if (place === undefined || !/^send/i.test(call.method)) return
    const [first] = [...(call.messageIds ?? [])].sort((a, b) => a - b)
    const message = first === undefined ? undefined : this.#options.chat(place.username)?.messages.get(first)
    if (message !== undefined) this.#appeared(place, message)
  }

  /** Something that a program has written for people. */
  said(line: string): void {
    for (const secret of this.#options.secrets) {
      if (line.includes(secret)) this.breaks("no secret is shown", line.replaceAll(secret, "…"))
    }
  }

  standing(username: string, item: string): ReadonlyArray<Message> {
    const chat = this.#options.chat(username)
    return (this.#posts.get(`${username} ${item}`) ?? []).flatMap(({ messageId }) => {
      const message = chat?.messages.get(messageId)
      return message === undefined || message.deleted !== undefined ? [] : [message]
    })
  }

  itemsPosted(username: string): number {
    return [...this.#posts.keys()].filter((key) => key.startsWith(`${username} `)).length
  }

  everPosted(username: string, item: string): boolean {
    return this.#posts.has(`${username} ${item}`)
  }

  doubledNow(): ReadonlyArray<string> {
    return [...this.#posts.keys()].filter((key) => {
      const blank = key.indexOf(" ")
      return this.standing(key.slice(0, blank), key.slice(blank + 1)).length > 1
    })
  }

  #placeOf(chat: string): ChannelPlace | undefined {
    return this.#options.installation.places.find(({ channel }) => channel.chat === chat)
  }

  #appeared({ username, channel }: ChannelPlace, message: Message): void {
    this.#posted += 1
    const item = this.#options.nameOf(shownText(message).text)
    if (item === undefined) {
      this.breaks("posts show their items", `message ${message.id} of ${username} shows none`)
      return
    }
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
}

// Telegram as far as decisions depend on it: channels with numbered messages, some of which are ours, as their readers see them. Promises: what
// stands twice is noticed at the moment when it does.
import type { Marker } from "../../domain/Marker.ts"
import type { ChannelPlace } from "../Installation.ts"
import type { Promises, Readers } from "../Promises.ts"

export interface Letter {
  readonly id: number
  /** Absent: somebody else's. */
  readonly ours?: { readonly marker: Marker; readonly item: string }
  gone: boolean
}

interface Chat {
  readonly place: ChannelPlace
  readonly letters: Array<Letter>
  readonly byItem: Map<string, Array<Letter>>
  /** The bot may not post. */
  closed: boolean
}

export interface ChatsOptions {
  readonly places: ReadonlyArray<ChannelPlace>
  readonly promises: Promises
  /** A second post is to be seen and taken away, not to be excluded. */
  readonly doublesAdmitted: boolean
}

export class Chats implements Readers {
  readonly #options: ChatsOptions
  readonly #chats: ReadonlyMap<string, Chat>
  #posted = 0
  #doubled = 0

  constructor(options: ChatsOptions) {
    this.#options = options
    this.#chats = new Map(
      options.places.map((place) => [
        place.channel.id,
        { place, letters: [], byItem: new Map(), closed: false }
      ])
    )
  }

  get posted(): number {
    return this.#posted
  }

  get doubled(): number {
    return this.#doubled
  }

  isClosed(channel: string): boolean {
    return this.#chats.get(channel)?.closed === true
  }

  close(channel: string, closed: boolean): void {
    const chat = this.#chats.get(channel)
    if (chat !== undefined) chat.closed = closed
  }

  /** Somebody else writes. */
  write(channel: string): void {
    const letters = this.#chats.get(channel)?.letters
    letters?.push({ id: letters.length + 1, gone: false })
  }

  /** A post of ours lands. */
  post(channel: string, marker: Marker, item: string): number {
    const chat = this.#chats.get(channel)
    if (chat === undefined) throw new Error(`there is no channel ${channel}`)
    const letter: Letter = { id: chat.letters.length + 1, ours: { marker, item }, gone: false }
    const before = this.standing(channel, item)
    chat.letters.push(letter)
    chat.byItem.set(item, [...(chat.byItem.get(item) ?? []), letter])
    this.#posted += 1
    if (before.length > 0) this.#standsTwice(chat.place, item, [...before, letter])
    return letter.id
  }

  remove(channel: string, ids: ReadonlyArray<number>): void {
    for (const id of ids) {
      const letter = this.#chats.get(channel)?.letters[id - 1]
      if (letter !== undefined) letter.gone = true
    }
  }

  /** What a look sees above a message. */
  above(channel: string, floor: number): ReadonlyArray<Letter> {
    return (this.#chats.get(channel)?.letters ?? []).slice(floor).filter(({ gone }) => !gone)
  }

  readonly standing = (channel: string, item: string): ReadonlyArray<Letter> =>
    (this.#chats.get(channel)?.byItem.get(item) ?? []).filter(({ gone }) => !gone)

  readonly everPosted = (channel: string, item: string): boolean =>
    this.#chats.get(channel)?.byItem.has(item) === true

  readonly itemsPosted = (channel: string): number => this.#chats.get(channel)?.byItem.size ?? 0

  readonly doubledNow = (): ReadonlyArray<string> =>
    [...this.#chats].flatMap(([channel, { byItem }]) =>
      [...byItem.keys()]
        .filter((item) => this.standing(channel, item).length > 1)
        .map((item) => `${channel} ${item}`)
    )

  #standsTwice({ channel }: ChannelPlace, item: string, letters: ReadonlyArray<Letter>): void {
    this.#doubled += 1
    if (this.#options.doublesAdmitted || channel.onUnknown === "resend") return
    const ids = letters.map(({ id }) => id).join(" and ")
    this.#options.promises.breaks("each item once", `${item} stands twice in ${channel.id}: messages ${ids}`)
  }
}

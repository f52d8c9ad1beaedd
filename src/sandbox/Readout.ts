// What tests and pages ask of an emulator (E22): what stands in a chat, what ever stood there, what was sent twice, what came when.
// Pure reads of a machine; never changes anything.
import { type CallRecord, type Windows, windows } from "./CallLog.ts"
import { type Chat, standing } from "./Chat.ts"
import type { Machine } from "./Machine.ts"
import { type Author, current, linksOf, type Message, shownText } from "./Messages.ts"

/** Posts of one kind that readers see more than once. */
export interface Duplicate {
  readonly what: string
  readonly messageIds: ReadonlyArray<number>
}

const isPost = (message: Message) => current(message).content.kind !== "service"

const groups = (
  messages: ReadonlyArray<Message>,
  keysOf: (message: Message) => ReadonlyArray<string>
): ReadonlyArray<Duplicate> => {
  const ids = new Map<string, Array<number>>()
  for (const message of messages) {
    for (const key of new Set(keysOf(message))) ids.set(key, [...(ids.get(key) ?? []), message.id])
  }
  return [...ids].flatMap(([what, messageIds]) => (messageIds.length > 1 ? [{ what, messageIds }] : []))
}

/** Posts that ever stood in the chat with the same text, deleted ones too: a reader may have seen each. Empty texts do not count. */
export const duplicateTexts = (chat: Chat): ReadonlyArray<Duplicate> =>
  groups([...chat.messages.values()].filter(isPost), (message) => {
    const { text } = shownText(message)
    return text === "" ? [] : [text]
  })

/** The same by a marker: whatever `pattern` finds in texts and links, its first group if it has one. */
export const duplicateMarkers = (chat: Chat, pattern: RegExp): ReadonlyArray<Duplicate> =>
  groups([...chat.messages.values()].filter(isPost), (message) =>
    [shownText(message).text, ...linksOf(message)].flatMap((place) => {
      const match = pattern.exec(place)
      return match === null ? [] : [match[1] ?? match[0]]
    })
  )

/** What a bot did to somebody else's post. */
export interface Touched {
  readonly messageId: number
  readonly how: "edited" | "deleted" | "reacted"
  readonly bot: number
  readonly at: number
  /** The call that did it, in the request log. */
  readonly request?: number
}

interface Deed {
  readonly by: Author
  readonly at: number
  readonly request?: number
}

const touched = (message: Message, how: Touched["how"], deeds: ReadonlyArray<Deed>): ReadonlyArray<Touched> =>
  deeds.flatMap(({ by, at, request }) =>
    by.kind === "bot"
      ? [{ messageId: message.id, how, bot: by.id, at, ...(request === undefined ? {} : { request }) }]
      : []
  )

/** Posts of people that bots edited, deleted or reacted to, oldest post first. */
export const touchedByBots = (chat: Chat): ReadonlyArray<Touched> =>
  [...chat.messages.values()]
    .filter(({ author }) => author.kind === "user")
    .flatMap((message) => [
      ...touched(message, "edited", message.versions),
      ...touched(message, "reacted", message.reactions ?? []),
      ...touched(message, "deleted", message.deleted === undefined ? [] : [message.deleted])
    ])

export interface Readout {
  /** What readers see, oldest first; service messages too. */
  readonly standing: ReadonlyArray<Message>
  /** Everything that ever stood there, with versions and deletions. */
  readonly history: ReadonlyArray<Message>
}

export const readout = (chat: Chat): Readout => ({
  standing: standing(chat),
  history: [...chat.messages.values()]
})

/** The calls so far, oldest first, of one method or all. */
export const calls = (machine: Machine, method?: string): ReadonlyArray<CallRecord> =>
  machine.log.records.filter(
    (record) => method === undefined || record.method.toLowerCase() === method.toLowerCase()
  )

/** The busiest second and minute at arrival, of one chat or of all. */
export const busiest = (machine: Machine, chat?: Chat): Windows =>
  windows(machine.log, chat === undefined ? undefined : [`${chat.id}`, `@${chat.username ?? ""}`])

// `GET /_emu/<noun>?chat=…`: everything that can be asked of an emulator (E22).
import { Effect, Schema } from "effect"
import type { Control } from "../Control.ts"
import { optional } from "../Wire.ts"
import { dumpWithFiles } from "./ArrangingVerbs.ts"
import { bare, ChatName, InChat, type Verbs, verb } from "./Verb.ts"

const compiles = (pattern: string): boolean => {
  try {
    return new RegExp(pattern, "u").unicode
  } catch {
    return false
  }
}

const Pattern = Schema.String.pipe(Schema.filter((text) => compiles(text) || "this is no regular expression"))
const Method = Schema.Struct({ method: optional(Schema.String) })
const MaybeInChat = Schema.Struct({ chat: optional(ChatName) })
const Duplicates = Schema.Struct({ chat: ChatName, marker: optional(Pattern) })

const listed = (control: Control) =>
  Effect.map(control.chats, (chats) =>
    chats.map(({ id, type, title, username, lastMessageId, pinned, linkedChat }) => ({
      id,
      type,
      title,
      username,
      lastMessageId,
      pinned,
      linkedChat
    }))
  )

export const readingVerbs = (control: Control): Verbs => ({
  chats: bare(listed(control)),
  standing: verb(InChat, ({ chat }) => control.standing(chat)),
  history: verb(InChat, ({ chat }) => control.history(chat)),
  duplicates: verb(Duplicates, ({ chat, marker }) =>
    marker === undefined
      ? control.duplicateTexts(chat)
      : control.duplicateMarkers(chat, new RegExp(marker, "u"))
  ),
  foreign: verb(InChat, ({ chat }) => control.foreign(chat)),
  calls: verb(Method, ({ method }) => control.calls(method)),
  unanswered: bare(control.unanswered),
  late: bare(control.late),
  windows: verb(MaybeInChat, ({ chat }) => control.windows(chat)),
  switches: bare(control.switches({})),
  clock: bare(control.clock({})),
  dump: bare(dumpWithFiles(control))
})

// Control's read-outs of one machine (E22, E23).
import { Effect } from "effect"
import { late, unanswered } from "../CallLog.ts"
import type { Chat } from "../Chat.ts"
import type { NotThere, Reading } from "../Control.ts"
import type { Machine } from "../Machine.ts"
import * as Readout from "../Readout.ts"
import { dump } from "../Snapshot.ts"
import { chatNamed, orMissing } from "./Finding.ts"

export const makeReading = (machine: Machine): Reading => {
  const read = <A>(chat: string, of: (chat: Chat) => A): Effect.Effect<A, NotThere> =>
    Effect.map(chatNamed(machine, chat), (found) => of(found))
  return {
    chats: Effect.sync(() => [...machine.state.chats.values()]),
    standing: (chat) => read(chat, (found) => Readout.readout(found).standing),
    history: (chat) => read(chat, (found) => Readout.readout(found).history),
    duplicateTexts: (chat) => read(chat, Readout.duplicateTexts),
    duplicateMarkers: (chat, pattern) => read(chat, (found) => Readout.duplicateMarkers(found, pattern)),
    foreign: (chat) => read(chat, Readout.touchedByBots),
    calls: (method) => Effect.sync(() => Readout.calls(machine, method)),
    unanswered: Effect.sync(() => unanswered(machine.log)),
    late: Effect.sync(() => late(machine.log)),
    windows: (chat) =>
      chat === undefined
        ? Effect.sync(() => Readout.busiest(machine))
        : read(chat, (found) => Readout.busiest(machine, found)),
    file: (unique) => Effect.suspend(() => orMissing(machine.state.files.get(unique), `file ${unique}`)),
    dump: Effect.sync(() => dump(machine))
  }
}

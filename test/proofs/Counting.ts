// What readers of a channel ever saw, counted against what they should have seen: the judge of the proofs. Reads the emulator's history alone,
// never our own tables.
import { Effect } from "effect"
import type { EmulatorShape } from "../../src/sandbox/Emulator.ts"
import { current, type Message } from "../../src/sandbox/Messages.ts"

export interface Count {
  readonly sent: number
  /** Items that no reader ever saw. */
  readonly lost: number
  /** Items of which there ever were two posts, also when one was taken away. */
  readonly doubled: number
}

const titleOf = (message: Message): string => {
  const { content } = current(message)
  return content.kind === "service" ? "" : (content.text.text.replaceAll("\u200b", "").split("\n")[0] ?? "")
}

/** Counts the posts of bots in the history of a chat by their first line. */
export const countIn = (history: ReadonlyArray<Message>, items: ReadonlyArray<string>): Count => {
  const posts = new Map<string, number>()
  for (const message of history.filter(({ author }) => author.kind === "bot")) {
    posts.set(titleOf(message), (posts.get(titleOf(message)) ?? 0) + 1)
  }
  const times = items.map((item) => posts.get(item) ?? 0)
  return {
    sent: times.reduce((sum, one) => sum + one, 0),
    lost: times.filter((one) => one === 0).length,
    doubled: times.filter((one) => one > 1).length
  }
}

export const count = (
  emulator: EmulatorShape,
  chat: string,
  items: ReadonlyArray<string>
): Effect.Effect<Count> =>
  Effect.map(Effect.orDie(emulator.control.history(chat)), (history) => countIn(history, items))

export const sum = (counts: ReadonlyArray<Count>): Count => ({
  sent: counts.reduce((total, one) => total + one.sent, 0),
  lost: counts.reduce((total, one) => total + one.lost, 0),
  doubled: counts.reduce((total, one) => total + one.doubled, 0)
})

/** What is told of a call in the emulator's log. */
export interface Sent {
  readonly at: number
  readonly chat: string
  readonly endedAt?: number | undefined
  readonly outcome?: string | undefined
}

/** Calls into a chat that was told to wait so long, before the wait was over. `calls` in the order of their arrival. */
export const early = (calls: ReadonlyArray<Sent>, waitSeconds: number): number => {
  const last = new Map<string, Sent>()
  return calls.filter((call) => {
    const before = last.get(call.chat)
    last.set(call.chat, call)
    return before?.outcome === "429" && call.at - (before.endedAt ?? before.at) < waitSeconds * 1000
  }).length
}

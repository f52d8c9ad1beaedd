// What all parts of Control share: finding what a name means, and changing a machine at the Clock's time.
import { Clock, Effect } from "effect"
import type { Chat } from "../Chat.ts"
import { NotThere } from "../Control.ts"
import type { Machine } from "../Machine.ts"
import type { Message } from "../Messages.ts"
import { type Bot, findChat } from "../State.ts"

export const orMissing = <A>(value: A | undefined, what: string): Effect.Effect<A, NotThere> =>
  value === undefined ? Effect.fail(new NotThere({ what })) : Effect.succeed(value)

export const chatNamed = (machine: Machine, name: string): Effect.Effect<Chat, NotThere> =>
  Effect.suspend(() => orMissing(findChat(machine.state, name), `chat ${name}`))

/** Without an id: the first bot. */
export const botWith = (machine: Machine, id?: number): Effect.Effect<Bot, NotThere> =>
  Effect.suspend(() => {
    const { bots } = machine.state
    return orMissing(id === undefined ? [...bots.values()][0] : bots.get(id), `bot ${id ?? ""}`)
  })

export const messageAt = (chat: Chat, id: number): Effect.Effect<Message, NotThere> =>
  Effect.suspend(() => orMissing(chat.messages.get(id), `message ${id} in ${chat.title}`))

/** Runs `act` at the Clock's time and says that something changed. */
export type Change = <A>(act: (now: number) => A) => Effect.Effect<A>

/** `changed` is run after each change. */
export const makeChange =
  (changed: Effect.Effect<void>): Change =>
  (act) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => Effect.sync(() => act(now))).pipe(
      Effect.zipLeft(changed)
    )

// Control as people (E7): each verb finds what it names and acts at the Clock's time.
import { Effect } from "effect"
import type { Chat } from "../Chat.ts"
import type { ActingAsPeople, NotThere } from "../Control.ts"
import type { Machine } from "../Machine.ts"
import type { Message } from "../Messages.ts"
import * as People from "../People.ts"
import { botWith, type Change, chatNamed, messageAt, orMissing } from "./Finding.ts"

export const makeActingAsPeople = (machine: Machine, change: Change): ActingAsPeople => {
  const inChat = <A>(name: string, act: (chat: Chat, now: number) => A): Effect.Effect<A, NotThere> =>
    Effect.flatMap(chatNamed(machine, name), (chat) => change((now) => act(chat, now)))
  const onMessage = <A>(
    name: string,
    id: number,
    act: (chat: Chat, message: Message, now: number) => A
  ): Effect.Effect<A, NotThere> =>
    Effect.gen(function* () {
      const chat = yield* chatNamed(machine, name)
      const message = yield* messageAt(chat, id)
      return yield* change((now) => act(chat, message, now))
    })
  return {
    postAsAdmin: (name, text) =>
      inChat(name, (chat, now) => People.postAsAdmin(machine.state, chat, text, now)),
    editAsAdmin: (name, id, text) =>
      onMessage(
        name,
        id,
        (chat, message, now) => void People.editAsAdmin(machine.state, chat, message, text, now)
      ),
    deleteAsAdmin: (name, id) =>
      onMessage(name, id, (chat, message, now) => People.deleteAsAdmin(machine.state, chat, message, now)),
    pinAsAdmin: (name, id) =>
      onMessage(name, id, (chat, message, now) =>
        People.pin(machine.state, chat, message, People.admin, now)
      ),
    say: (user, text, bot) =>
      Effect.flatMap(botWith(machine, bot), (who) =>
        change((now) => People.say(machine.state, who, People.person(user), text, now))
      ),
    forwardTo: (user, name, id, bot) =>
      Effect.flatMap(botWith(machine, bot), (who) =>
        onMessage(name, id, (_, message, now) =>
          People.forward(machine.state, who, People.person(user), message, now)
        )
      ),
    sayIn: (name, user, text, reply) =>
      inChat(name, (chat, now) => People.sayIn(machine.state, chat, People.person(user), text, now, reply)),
    press: (name, id, data, user = People.admin.id) =>
      Effect.gen(function* () {
        const chat = yield* chatNamed(machine, name)
        const message = yield* messageAt(chat, id)
        const who = yield* botWith(machine, message.author.kind === "bot" ? message.author.id : undefined)
        const query = yield* change((now) =>
          People.press(machine.state, who, People.person(user), message, data, now)
        )
        return yield* orMissing(query, `button ${data} under message ${id}`)
      })
  }
}

// The Reader contract in terms of the Bot API: getUserPersonalChatMessages, forwardMessage, setMessageReaction.
import { Effect, Schema } from "effect"
import { traced } from "../Spans.ts"
import { type Calls, chatOf, decoded } from "./Calls.ts"
import { me } from "./Publishing.ts"
import { type ChatRef, isChat, type Look, newestAtMost, Reader } from "./Reader.ts"
import type { CallError } from "./Telegram.ts"
import { copyOf, origin, seen, WireMessage } from "./WireMessage.ts"

export const reading = (calls: Calls) =>
  Reader.of({
    newest: traced("Reader.newest")((user) =>
      calls
        .repeatable("getUserPersonalChatMessages", (api) =>
          api.getUserPersonalChatMessages(user, newestAtMost)
        )
        .pipe(
          Effect.flatMap(decoded("getUserPersonalChatMessages", Schema.Array(WireMessage))),
          Effect.map((messages) => messages.map(seen))
        )
    ),
    forward: traced("Reader.forward")((chat, messageId, logChat) =>
      calls
        .repeatable("forwardMessage", (api) =>
          api.forwardMessage(chatOf(logChat), chatOf(chat), messageId, { disable_notification: true })
        )
        .pipe(
          Effect.flatMap(decoded("forwardMessage", WireMessage)),
          Effect.flatMap((copy) => shownBy(calls, copy, chat, messageId)),
          Effect.catchTag("TelegramRefused", lookOf)
        )
    ),
    exists: traced("Reader.exists")((chat, messageId) =>
      calls
        .repeatable("setMessageReaction", (api) => api.setMessageReaction(chatOf(chat), messageId, []))
        .pipe(
          Effect.as(true),
          // Any refusal that is about the reaction and not about the message or the chat says that the message is there.
          Effect.catchTag("TelegramRefused", (error) => {
            if (error.blame === "gone") return Effect.succeed(false)
            return error.blame === "channel" || error.blame === "configuration"
              ? Effect.fail(error)
              : Effect.succeed(true)
          })
        )
    )
  })

/** A copy of a forward names the first origin. */
const shownBy = Effect.fnUntraced(function* (
  calls: Calls,
  copy: WireMessage,
  chat: string,
  messageId: number
) {
  const message = origin(copy) ?? (yield* ofGroup(calls, copy, chat, messageId))
  return message !== undefined &&
    message.messageId === messageId &&
    (isChat(chat, message.chat) || (yield* isAlso(calls, chat, message.chat)))
    ? ({ _tag: "Seen", message, copy: copy.message_id } satisfies Look)
    : ({ _tag: "Forward", copy: copy.message_id } satisfies Look)
})

/**
 * In a group the bot posts as a user, and a copy names who wrote the message, but not which one it is: it is the one that was copied, or somebody's
 * forward of it to there.
 */
const ofGroup = Effect.fnUntraced(function* (
  calls: Calls,
  copy: WireMessage,
  named: string,
  messageId: number
) {
  const author = copy.forward_origin?.sender_user?.id
  if (author === undefined || author !== (yield* me(calls)).id) return undefined
  const chat = yield* calls.repeatable("getChat", (api) => api.getChat(chatOf(named)))
  if (chat.type === "channel") return undefined
  const { id, username } = { username: undefined, ...chat }
  return copyOf(copy, username === undefined ? { id } : { id, username }, messageId)
})

/** A chat may have several names, and a message tells the first of them only. */
const isAlso = (calls: Calls, named: string, { id }: ChatRef) =>
  named.startsWith("@")
    ? Effect.map(
        calls.repeatable("getChat", (api) => api.getChat(chatOf(named))),
        (chat) => chat.id === id
      )
    : Effect.succeed(false)

const lookOf = (
  error: Extract<CallError, { readonly _tag: "TelegramRefused" }>
): Effect.Effect<Look, CallError> => {
  const text = error.description.toLowerCase()
  if (text.includes("protected content")) return Effect.succeed({ _tag: "Protected" })
  if (text.includes("can't be forwarded")) return Effect.succeed({ _tag: "Service" })
  return error.blame === "gone" ? Effect.succeed({ _tag: "Absent" }) : Effect.fail(error)
}

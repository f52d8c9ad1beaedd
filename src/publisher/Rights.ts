// Whether a refusal is of a post or of the bot: one that may not post in a channel may neither edit nor delete there what it posted, and Telegram
// says of these posts what it says of anybody's. With the right they are its own again.
// @source td MessagesManager.cpp, can_edit_message, can_delete_channel_message
import { Effect } from "effect"
import { type CallError, Telegram } from "../telegram/Telegram.ts"

const isOfRights = (error: CallError): boolean =>
  error._tag === "TelegramRefused" && /message can't be (?:edited|deleted)/i.test(error.description)

/** True as well when that cannot be asked now: nothing is proved then. */
export const mayBeOfRights = (chat: string, error: CallError): Effect.Effect<boolean, never, Telegram> =>
  isOfRights(error)
    ? Effect.flatMap(Telegram, (telegram) => telegram.access(chat)).pipe(
        Effect.match({ onFailure: () => true, onSuccess: ({ canPost }) => !canPost })
      )
    : Effect.succeed(false)

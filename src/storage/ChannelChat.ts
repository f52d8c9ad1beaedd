// Where a channel is published: the chat as the catalog calls it, and its number, which stays the same whatever it is called. Posts of a chat that a
// channel has left are named by that number; they are the channel's again when it turns out to be published there under another name.
import { Either } from "effect"
import type { ChannelId, Fence } from "../domain/Names.ts"
import type { LeaseLost } from "../outbox/Outbox.ts"
import { leaseLost } from "./OutboxLease.ts"
import type { Statements } from "./Statements.ts"

interface Chat {
  readonly chat: string | null
  readonly number: number | null
}

const renamePosts = (db: Statements, channel: ChannelId, from: string, to: string): void => {
  db.run("UPDATE post SET chat = :to WHERE channel = :channel AND chat = :from", { channel, from, to })
}

/** The same chat by its number: what is known of it stays, but for trouble that its old name may have been the cause of. */
const renameChat = (db: Statements, channel: ChannelId, from: string, to: string): void => {
  const names = { channel, from, to }
  renamePosts(db, channel, from, to)
  db.run("UPDATE stray SET chat = :to WHERE channel = :channel AND chat = :from", names)
  db.run(
    `UPDATE attempt SET chat = :to WHERE chat = :from AND coalesce(outcome, 'unknown') IN ('unknown', 'absent')
       AND delivery_id IN (SELECT id FROM delivery WHERE channel = :channel)`,
    names
  )
  db.run("UPDATE channel SET trouble_until = NULL, trouble_why = NULL WHERE id = ?", [channel])
}

const leaveChat = (db: Statements, channel: ChannelId, { chat, number }: Chat): void => {
  if (chat !== null && number !== null) renamePosts(db, channel, chat, `${number}`)
  // A backup from before the move knows the old chat's floor.
  db.run("UPDATE restored_channel SET floor = 0 WHERE id = ? AND floor > 0", [channel])
  db.run(
    `UPDATE channel SET hold_until = NULL, hold_why = NULL, hold_noted_at = NULL, trouble_until = NULL, trouble_why = NULL,
       floor = 0, chat_id = NULL
     WHERE id = ?`,
    [channel]
  )
}

/** The chat of the channel; a hold and a floor of another one go, but not those from before the chat was recorded. */
export const moveTo = (
  db: Statements,
  channel: ChannelId,
  fence: Fence,
  chat: string
): Either.Either<void, LeaseLost> => {
  const lost = leaseLost(db, channel, fence)
  if (lost !== undefined) return Either.left(lost)
  const before = db.get<Chat>("SELECT chat, chat_id AS number FROM channel WHERE id = ?", [channel])
  if (before === undefined || before.chat === chat) return Either.void
  if (before.chat !== null && chat === `${before.number}`) renameChat(db, channel, before.chat, chat)
  else if (before.chat !== null) leaveChat(db, channel, before)
  db.run("UPDATE channel SET chat = :chat WHERE id = :channel", { channel, chat })
  return Either.void
}

/** What was posted there under another name of the chat. */
const takeBack = (db: Statements, channel: ChannelId, chatId: number): void => {
  const now = db.get<Chat>("SELECT chat, chat_id AS number FROM channel WHERE id = ?", [channel])
  if (now?.chat == null) return
  renamePosts(db, channel, `${chatId}`, now.chat)
  db.run(
    `UPDATE channel SET floor = max(floor, coalesce((SELECT max(message_id) FROM sighting WHERE chat_id = :chatId), 0))
     WHERE id = :channel`,
    { channel, chatId }
  )
}

/** The chat's number, by which it is called from outside; also of a channel into which nobody has published yet. */
export const learnChatId = (db: Statements, channel: ChannelId, chatId: number): void => {
  const { changes } = db.run(
    `INSERT INTO channel (id, chat_id) VALUES (:channel, :chatId)
     ON CONFLICT (id) DO UPDATE SET chat_id = excluded.chat_id WHERE chat_id IS NULL`,
    { channel, chatId }
  )
  if (changes > 0) takeBack(db, channel, chatId)
}

/**
 * The number of the chat that a post went into. Another one than before: its name was given to another chat, where the ids begin anew; what
 * stands in the old one keeps that one's number, or it would be looked for, and changed, where other posts stand.
 */
export const confirmChatId = (db: Statements, channel: ChannelId, chatId: number): void => {
  const { number = null, chat = null } =
    db.get<Chat>("SELECT chat, chat_id AS number FROM channel WHERE id = ?", [channel]) ?? {}
  if (number === chatId) return
  if (number === null) {
    learnChatId(db, channel, chatId)
    return
  }
  if (chat !== null) renamePosts(db, channel, chat, `${number}`)
  db.run("UPDATE channel SET chat_id = :chatId, floor = 0 WHERE id = :channel", { channel, chatId })
  takeBack(db, channel, chatId)
}

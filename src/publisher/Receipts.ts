// What a bot hears of the channels becomes evidence: the posts that it sees as a member (a witness), and those that Telegram itself copies into
// the discussion group. Posts of other people count as well: they explain why message ids pass by.
import { Clock, Effect } from "effect"
import type { Channel } from "../domain/Channel.ts"
import type { StorageFailed } from "../domain/StorageFailed.ts"
import { Evidence } from "../outbox/Evidence.ts"
import { Outbox } from "../outbox/Outbox.ts"
import { type ChatRef, isChat } from "../telegram/Reader.ts"
import type { Update } from "../telegram/Updates.ts"
import { patiently } from "./Patience.ts"
import { sightingOf } from "./recovery/Sightings.ts"

const channelOf = (channels: Iterable<Channel>, chat: ChatRef): Channel | undefined =>
  [...channels].find((channel) => isChat(channel.chat, chat))

/** Takes from an update what it says about the channels; every other update is left to others. */
export const takeReceipt = (
  update: Update,
  channels: Iterable<Channel>
): Effect.Effect<void, StorageFailed, Evidence | Outbox> =>
  Effect.gen(function* () {
    if (update._tag === "Rights") {
      const channel = channelOf(channels, update.chat)
      if (channel === undefined) return
      yield* Effect.annotateLogs(
        Effect.logInfo("The bot's rights have changed; the channel is tried again"),
        {
          channel: channel.id
        }
      )
      return yield* Effect.flatMap(Outbox, (outbox) => patiently(outbox.lookAgain(channel.id)))
    }
    if (update._tag !== "ChannelPost" && update._tag !== "AutoForward") return
    const of = channelOf(channels, update.message.chat)
    if (of === undefined) return
    const evidence = yield* Evidence
    const via = update._tag === "ChannelPost" ? "witness" : "discussion"
    const now = yield* Clock.currentTimeMillis
    const { found, doubled } = yield* patiently(evidence.saw(of.id, [sightingOf(update.message, via)], now))
    for (const { delivery, channel } of found) {
      yield* Effect.annotateLogs(Effect.logInfo("A receipt shows that a post stands"), {
        delivery,
        channel,
        via
      })
    }
    for (const { delivery, channel } of doubled) {
      yield* Effect.annotateLogs(Effect.logError("A receipt shows a second post of one delivery"), {
        delivery,
        channel,
        via
      })
    }
  })

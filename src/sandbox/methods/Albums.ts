// sendMediaGroup: several photos under one media_group_id, consecutive ids, no keyboard. A refusal names the item, untranslated.
// @source reference/telegram-bot-api.md §2 "album", §4 "failed to send message #k"
import { Either } from "effect"
import { writableChat } from "../Access.ts"
import { digest } from "../Chance.ts"
import { badRequest, type Judged } from "../Errors.ts"
import { checkAlbum, checkCaption } from "../Limits.ts"
import { albumRefusal, type JudgedMedia, keep, photoFrom, uploadOf } from "../Media.ts"
import { post } from "../Posting.ts"
import type { State } from "../State.ts"
import type { FormattedText } from "../Wire.ts"
import { wireMessage } from "../WireMessage.ts"
import { captionOf, checkReply, deliveryOf } from "./Composing.ts"
import type { Call, Method } from "./Method.ts"
import { asRecord, flagOf, listOf, type Params, textOf } from "./Params.ts"

interface Item {
  readonly judged: JudgedMedia
  readonly text: FormattedText
  readonly raw: Params
}

const itemOf = (state: State, call: Call, raw: Params, index: number): Judged<Item> =>
  Either.gen(function* () {
    if (textOf(raw, "type") !== "photo") {
      return yield* badRequest(`this emulator takes only photos in albums`)
    }
    const text = yield* captionOf(raw)
    yield* checkCaption(text.text, state.switches.lengthUnit, "send")
    const judged = yield* Either.mapLeft(
      Either.flatMap(uploadOf(state, call, "photo", textOf(raw, "media"), true), photoFrom),
      (refusal) => albumRefusal(index, refusal)
    )
    return { judged, text, raw }
  })

export const sendMediaGroup: Method = (state, call, now) =>
  Either.gen(function* () {
    const { params, bot } = call
    const media = listOf(params, "media") ?? []
    yield* checkAlbum(media.length)
    const items = yield* Either.all(media.map((raw, index) => itemOf(state, call, asRecord(raw), index)))
    const chat = yield* writableChat(state, bot.id, textOf(params, "chat_id"), "photos")
    yield* checkReply(params, chat, now)
    const cost = state.switches.albumCost === "one" ? 1 : items.length
    const album = `${Number.parseInt(digest(state.seed, call.request).slice(0, 12), 16)}`
    const postFirst = (count: number, at: number) =>
      items.slice(0, count).map(({ judged, text, raw }) => {
        const content = {
          kind: "photo" as const,
          media: keep(state, judged),
          text,
          above: flagOf(raw, "show_caption_above_media"),
          spoiler: flagOf(raw, "has_spoiler")
        }
        const draft = { author: { kind: "bot" as const, id: bot.id }, content, request: call.request }
        return wireMessage(
          state,
          post(state, chat, { ...draft, album, ...deliveryOf(params, chat) }, at),
          bot.id
        )
      })
    return {
      budget: { chat: chat.id, cost },
      commit: (at: number) => postFirst(items.length, at),
      commitFirst: (count: number, at: number) => {
        postFirst(count, at)
      }
    }
  })

// A message as a bot sees it → a sighting, with the marker if it bears one. Pure.
import { markerIn } from "../../domain/Marker.ts"
import type { Sighting, Via } from "../../outbox/Evidence.ts"
import type { ChatRef, SeenMessage } from "../../telegram/Reader.ts"

export const sightingOf = ({ chat, messageId, links, album }: SeenMessage, via: Via): Sighting => {
  const [marker] = links.flatMap((link) => markerIn(link) ?? [])
  return {
    chatId: chat.id,
    messageId,
    via,
    ...(marker === undefined ? {} : { marker }),
    ...(album === undefined ? {} : { album })
  }
}

/** Whether a chat is the one that the catalog calls so. */
export const isChat = (named: string, { id, username }: ChatRef): boolean =>
  named === `${id}` || (username !== undefined && named.toLowerCase() === `@${username.toLowerCase()}`)

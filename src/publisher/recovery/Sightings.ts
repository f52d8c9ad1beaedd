// A message as a bot sees it → a sighting, with the marker if it bears one. Pure.
import { markerIn } from "../../domain/Marker.ts"
import type { Sighting, Via } from "../../outbox/Evidence.ts"
import type { SeenMessage } from "../../telegram/Reader.ts"

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

// What people are asked about a parked delivery, and how the places where its post may stand are named. Pure.
import type { DeliveryId } from "../../domain/Names.ts"
import type { ParkedDelivery } from "../../outbox/Questions.ts"
import { fitted } from "../rendering/Fit.ts"
import { escapeAttribute, escapeHtml, toHtml } from "../rendering/Markup.ts"
import { parseHtml } from "../rendering/ParseHtml.ts"

/** Of the post; what is asked about it must fit as well. */
const shownLength = 3_000

/** As the apps write links to a message: by name, or by the number of a private channel without its prefix. */
export const messageLink = (
  { chat, chatId }: Pick<ParkedDelivery, "chat" | "chatId">,
  messageId: number
): string | undefined => {
  if (chat.startsWith("@")) return `https://t.me/${chat.slice(1)}/${messageId}`
  const [, number] = /^-100(\d+)$/.exec(`${chatId ?? chat}`) ?? []
  return number === undefined ? undefined : `https://t.me/c/${number}/${messageId}`
}

/** A message that is named by such a link, or by a bare number; of a private chat the link has the number without its prefix. */
interface NamedMessage {
  readonly messageId: number
  readonly name?: string | undefined
  readonly number?: string | undefined
}

export const messageNamedIn = (text: string): NamedMessage | undefined => {
  const [, number, name, id] =
    /(?:^|t\.me\/(?:c\/(\d+)|([^/\s]+))\/(?:\d+\/)?)(\d{1,12})(?:\?\S*)?\s*$/.exec(text.trim()) ?? []
  return id === undefined ? undefined : { messageId: Number(id), name, number }
}

/** Whether the message may be one of the chat, as far as it is known by what is named: by its name, its number, or both. */
export const mayBeIn = (
  { chat, chatId }: Pick<ParkedDelivery, "chat" | "chatId">,
  { name, number }: NamedMessage
): boolean => {
  if (name !== undefined) return !chat.startsWith("@") || chat.toLowerCase() === `@${name.toLowerCase()}`
  if (number === undefined || (chatId === null && chat.startsWith("@"))) return true
  return `${chatId ?? chat}` === `-100${number}`
}

const places = (parked: ParkedDelivery): string => {
  const links = parked.candidates.flatMap((id) => {
    const link = messageLink(parked, id)
    return link === undefined ? [] : [`<a href="${escapeAttribute(link)}">${id}</a>`]
  })
  return links.length === 0 ? "" : `\nIt may stand at ${links.join(", ")}.`
}

export const question = (parked: ParkedDelivery): string =>
  `❓ <b>${escapeHtml(parked.channel)}</b>: nobody knows whether this post arrived. ${escapeHtml(parked.reason)}` +
  `${places(parked)}\nLook into the channel and say what you found. Delivery ${parked.delivery}:\n\n` +
  toHtml(fitted(parseHtml(parked.post.html, { kind: "template" }).markup, shownLength))

export const askForPlace = (parked: ParkedDelivery): string =>
  `Where? Forward the post from <b>${escapeHtml(parked.channel)}</b> to me, or send me its link. Delivery ${parked.delivery}.`

export const settledText = (delivery: DeliveryId): string =>
  `Delivery ${delivery}: settled, nothing to decide any more.`

export const answerText = {
  sent: (delivery: DeliveryId) => `Delivery ${delivery} counts as sent.`,
  absent: (delivery: DeliveryId) => `Delivery ${delivery} is sent again.`,
  over: (delivery: DeliveryId) => `Delivery ${delivery} was settled before.`,
  other: "That post belongs to another delivery.",
  elsewhere: "That post is in another chat."
}

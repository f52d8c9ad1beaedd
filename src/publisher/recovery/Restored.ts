// Which of the posts that stand in a channel is the one that a delivery is about to send again: an older database knows nothing of it, but it
// leads to the same page. Pure, and the one step that follows from it.
import { Clock, Effect, Metric } from "effect"
import { type Marker, markerIn, withoutMarker } from "../../domain/Marker.ts"
import type { Post } from "../../domain/Post.ts"
import { duplicatesPrevented } from "../../Metrics.ts"
import type { ClaimedDelivery } from "../../outbox/Outbox.ts"
import { type FoundPost, type KnownPost, Restoration } from "../../outbox/Restoration.ts"
import { firstLine, type SeenMessage } from "../../telegram/Reader.ts"
import type { OwnedDesk } from "../Desk.ts"
import { patiently } from "../Patience.ts"
import { nowhere } from "../rendering/Marking.ts"
import { type Markup, plainText } from "../rendering/Markup.ts"
import { parseHtml } from "../rendering/ParseHtml.ts"

/** Where a marked link leads, as Telegram gives it back. */
const pageOf = (link: string): string => {
  const page = withoutMarker(link)
  return URL.canParse(page) ? new URL(page).href : page
}

const markedIn = (
  links: ReadonlyArray<string>
): { readonly marker: Marker; readonly page: string } | undefined => {
  for (const link of links) {
    const marker = markerIn(link)
    if (marker !== undefined) return { marker, page: pageOf(link) }
  }
  return undefined
}

/** Whether the message goes on with the album that the post begins: Telegram says so, or it looks so. */
const continues = (post: FoundPost, first: SeenMessage, message: SeenMessage): boolean =>
  message.messageId === (post.messageIds.at(-1) ?? 0) + 1 &&
  message.bare &&
  (first.album === undefined ? message.at === first.at : message.album === first.album)

/** The posts of ours among messages. */
export const foundIn = (messages: ReadonlyArray<SeenMessage>): ReadonlyArray<FoundPost> => {
  const found: Array<FoundPost> = []
  let first: SeenMessage | undefined
  for (const message of [...messages].sort((a, b) => a.messageId - b.messageId)) {
    const { messageId, chat, line, at } = message
    const last = found.at(-1)
    const marked = markedIn(message.links)
    if (marked !== undefined) {
      first = message
      found.push({ ...marked, chatId: chat.id, messageIds: [messageId], line, postedAt: at * 1000 })
    } else if (last !== undefined && first !== undefined && continues(last, first, message)) {
      found.splice(-1, 1, { ...last, messageIds: [...last.messageIds, messageId] })
    }
  }
  return found
}

/** The free post with the same words; else the only one that leads to the page, when the page is not what many share. */
export const sameAs = (posts: ReadonlyArray<KnownPost>, line: string): KnownPost | undefined => {
  const same = posts.find((post) => post.delivery === null && post.line === line)
  const [only, ...more] = posts
  if (same !== undefined || only === undefined) return same
  return more.length === 0 && only.delivery === null && only.page !== nowhere ? only : undefined
}

const linksIn = (markup: Markup): ReadonlyArray<string> =>
  markup.flatMap((node) =>
    node._tag === "Text" ? [] : [...(node._tag === "Link" ? [node.href] : []), ...linksIn(node.children)]
  )

/** Whether the post of the delivery stands already: then it counts as sent, and is not sent. */
export const stands = (desk: OwnedDesk, delivery: ClaimedDelivery, post: Post) =>
  Effect.gen(function* () {
    const restoration = yield* Restoration
    const { markup } = parseHtml(post.html, { kind: "template" })
    const marked = markedIn(linksIn(markup))
    if (marked === undefined) return false
    const posts = yield* patiently(restoration.posts(desk.channel.id, marked.page))
    const standing = sameAs(posts, firstLine(plainText(markup)))
    if (standing === undefined) return false
    const now = yield* Clock.currentTimeMillis
    const adopted = yield* patiently(restoration.adopt(delivery.id, desk.fence, standing, post, now))
    if (!adopted) return false
    yield* Metric.increment(Metric.tagged(duplicatesPrevented, "source", delivery.source))
    yield* Effect.annotateLogs(
      Effect.logInfo("A post from after the backup stands already and is not sent again"),
      {
        delivery: delivery.id,
        messageIds: standing.messageIds
      }
    )
    return true
  })

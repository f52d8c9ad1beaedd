// What takes long, beside everything else: looking at the world outside, and writing a file. Each says itself what it found, or why not.
import { Clock, Effect, Option } from "effect"
import { html } from "../../domain/Html.ts"
import { type DeliveryRow, Ledger } from "../../outbox/Ledger.ts"
import { csvHeader, csvRows } from "../Csv.ts"
import { said } from "../dashboard/Parts.ts"
import { LiveState } from "../LiveState.ts"
import { Looking } from "../Looking.ts"
import { channelNamed, pageAt } from "../PostPage.ts"
import { count } from "../Wording.ts"
import { askPost, offered } from "./Changes.ts"
import { Replies } from "./Replies.ts"
import { lines, saying } from "./Said.ts"

export const preview = (person: number, target: string, channel: Option.Option<string>) =>
  Effect.gen(function* () {
    const [looking, replies] = yield* Effect.all([Looking, Replies])
    const look = yield* looking.preview(target, channel)
    yield* replies.say(
      person,
      saying(lines(html`<b>${said(look.summary, 500)}</b>`, ...look.left.map((one) => said(one, 300))))
    )
    for (const { html: markup } of look.posts) yield* replies.show(person, markup)
  })

/** Shows the post and asks for which channel it is meant. */
export const offerPage = (person: number, url: string, name: Option.Option<string>) =>
  Effect.gen(function* () {
    const [looking, replies, live] = yield* Effect.all([Looking, Replies, LiveState])
    const catalog = yield* live.catalog
    const channels = Option.isSome(name) ? [yield* channelNamed(catalog, name.value)] : offered(catalog)
    const item = yield* pageAt(url)
    const [first] = channels
    if (first !== undefined) yield* replies.show(person, (yield* looking.rendered(item, first)).html)
    yield* replies.say(person, yield* askPost(person, url, item.title, channels))
  })

const mostRows = 10_000
const rowsPerLook = 1_000

/** The deliveries whose state changed last, newest first. */
export const exportDeliveries = (person: number) =>
  Effect.gen(function* () {
    const [ledger, replies] = yield* Effect.all([Ledger, Replies])
    const parts = [csvHeader]
    let rows = 0
    let last: DeliveryRow | undefined
    while (rows < mostRows) {
      const before = last === undefined ? {} : { before: last }
      const some = yield* ledger.deliveries({ ...before, limit: rowsPerLook })
      parts.push(csvRows(some))
      rows += some.length
      last = some.at(-1)
      if (some.length < rowsPerLook) break
      // Others have their turn between two portions.
      yield* Effect.yieldNow()
    }
    const day = new Date(yield* Clock.currentTimeMillis).toISOString().slice(0, 10)
    yield* replies.document(person, {
      fileName: `oncecast-deliveries-${day}.csv`,
      bytes: new TextEncoder().encode(parts.join("")),
      caption: `${count(rows, "delivery", "deliveries")}, the last that changed first`
    })
  })

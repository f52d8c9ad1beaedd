// The catalog's form, key by key: what an operator may write and what it becomes. The JSON Schema for editors is made from it.
// Everything that needs two keys or another file to judge is in `Catalog.ts`.
import { Schema } from "effect"
import { channelDefaults as defaults } from "../domain/Channel.ts"
import { keyKinds, type SourceKindName, sourceKindNames } from "../domain/Source.ts"
import { AlertFile } from "./AlertSchema.ts"
import { ClockTime, choiceKeys, FilterFile, Zone } from "./ChoiceSchema.ts"
import { eventKeys, extentKeys } from "./EventSchema.ts"
import { readingKeys } from "./ReadingSchema.ts"
import { describe, millis, optional, saying, whole, withDefault } from "./SchemaParts.ts"
import { shopKeys } from "./ShopSchema.ts"
import { channelWords, sourceWords } from "./WordsSchema.ts"

const Chat = Schema.transform(
  Schema.Union(
    Schema.String.pipe(
      Schema.pattern(/^(@[A-Za-z][A-Za-z0-9_]{3,31}|-?\d{1,20})$/, {
        message: () =>
          `must be "@name" of a public channel or its numeric id (quoted or not), for example -1001234567890`
      })
    ),
    Schema.Int
  ).annotations(describe(`"@name" or a numeric id`)),
  Schema.String,
  { strict: true, decode: (chat) => `${chat}`, encode: (chat) => chat }
)

export const ChannelFile = Schema.Struct({
  chat: Chat,
  pace: withDefault(
    Schema.Struct({
      gap: withDefault(
        millis("0 seconds", "1 hour", "Least time between two calls to the chat"),
        () => defaults.pace.gapMs
      ),
      perMinute: withDefault(
        whole(1, 100_000, "Calls in any 60 seconds; Telegram permits about 20 in a channel"),
        () => defaults.pace.perMinute
      )
    }),
    () => ({ gap: defaults.pace.gapMs, perMinute: defaults.pace.perMinute })
  ),
  quiet: optional(
    Schema.Struct({
      from: ClockTime,
      to: ClockTime,
      zone: Zone,
      mode: withDefault(Schema.Literal("hold", "silent"), () => "hold" as const)
    })
  ),
  capacity: withDefault(whole(1, 1_000_000, "Deliveries that may wait"), () => defaults.capacity),
  overflow: withDefault(Schema.Literal("wait", "drop-oldest", "drop-lowest"), () => defaults.overflow),
  ...channelWords,
  onUnknown: withDefault(Schema.Literal("verify", "park", "resend", "drop"), () => defaults.onUnknown),
  verify: withDefault(
    Schema.Struct({
      wait: withDefault(
        millis("0 seconds", "1 day", "How long a request that was not answered may still be carried out"),
        () => defaults.verify.waitMs
      ),
      again: withDefault(
        millis("0 seconds", "1 day", "Between the look that finds nothing and the one that decides"),
        () => defaults.verify.againMs
      ),
      giveUp: withDefault(
        millis("0 seconds", "30 days", "When nothing was found out by then, a person decides"),
        () => defaults.verify.giveUpMs
      )
    }),
    () => ({
      wait: defaults.verify.waitMs,
      again: defaults.verify.againMs,
      giveUp: defaults.verify.giveUpMs
    })
  ),
  logChat: optional(Chat),
  profileOf: optional(whole(1, Number.MAX_SAFE_INTEGER, "Id of a user on whose profile this channel stands")),
  marker: withDefault(
    Schema.Literal("link", "hidden").annotations(
      saying("link or hidden", "Where a post bears the marker by which it is found again")
    ),
    () => defaults.marker
  ),
  photos: withDefault(
    whole(0, 10, "Pictures of an item in a post; from 2 on it is an album"),
    () => defaults.photos
  ),
  silent: withDefault(
    Schema.Boolean.annotations(describe("Whether posts make no sound")),
    () => defaults.silent
  ),
  follow: withDefault(
    Schema.Union(Schema.Literal(false), millis("1 minute", "3650 days", "A post follows its item so long")),
    () => defaults.followMs
  ),
  onGone: withDefault(Schema.Literal("mark", "delete", "keep"), () => defaults.onGone),
  ...choiceKeys,
  ...eventKeys
})
export type ChannelFile = typeof ChannelFile.Type

const web = /^https?:/

/** Most begin so as they are written. */
const isWebAddress = (text: string): boolean =>
  URL.canParse(text) && (web.test(text) || web.test(new URL(text).protocol))

const Url = Schema.String.pipe(
  Schema.filter((text) => isWebAddress(text) || "is not an http or https URL")
).annotations(describe("Where the feed is"))

/** What each kind reads. */
const kindsRead: Readonly<Record<SourceKindName, string>> = {
  rss: "RSS, Atom, RDF, JSON Feed",
  yml: "Yandex Market Language",
  merchant: "Google Merchant",
  csv: "any table",
  page: "product pages",
  json: "an API",
  sitemap: "the product pages that it names"
}

export const SourceFile = Schema.Struct({
  kind: Schema.Literal(...sourceKindNames).annotations(
    saying(
      `${sourceKindNames.slice(0, -1).join(", ")} or ${sourceKindNames.at(-1)}`,
      sourceKindNames.map((name) => `${name}: ${kindsRead[name]}`).join("; ")
    )
  ),
  url: Url,
  every: withDefault(millis("1 second", "30 days", "How often it is polled"), () => 600_000),
  start: withDefault(
    Schema.Union(Schema.Literal("none", "all"), whole(0, 100_000, "The newest N")).annotations(
      saying(
        "none, all or a whole number",
        "Of what is there at first sight, post: none, all, or the newest N"
      )
    ),
    () => "none" as const
  ),
  to: Schema.NonEmptyArray(Schema.String).annotations(
    saying("a list of channels", "The channels that it feeds")
  ),
  where: withDefault(FilterFile, () => ({})),
  allowPrivate: withDefault(
    Schema.Boolean.annotations(describe("Permits loopback and private addresses")),
    () => false
  ),
  identity: optional(
    Schema.NonEmptyArray(Schema.Literal(...keyKinds)).annotations(
      saying(`a list of ${keyKinds.join(", ")}`, "Use only these kinds of key")
    )
  ),
  variants: withDefault(Schema.Literal("group", "each"), () => "group" as const),
  burst: withDefault(
    Schema.Union(
      Schema.Literal(false),
      Schema.Struct({
        items: withDefault(whole(1, 100_000, "New items in one poll"), () => 10),
        share: withDefault(Schema.Number.pipe(Schema.between(0, 1)), () => 0.5)
      })
    ).annotations(
      saying(
        "false or { items, share }",
        "Hold a poll that brings so many new items for a decision; false never holds"
      )
    ),
    () => ({ items: 10, share: 0.5 })
  ),
  maxBytes: withDefault(whole(1_000, 1_000_000_000, "Bytes of the decoded body"), () => 10_000_000),
  maxItems: withDefault(whole(1, 1_000_000, "Items of one document"), () => 100_000),
  ...readingKeys,
  ...shopKeys,
  ...sourceWords,
  ...extentKeys
})
export type SourceFile = typeof SourceFile.Type

export const CatalogFile = Schema.Struct({
  admins: withDefault(
    Schema.Array(Schema.Int).annotations(describe("Telegram user ids that may steer")),
    () => []
  ),
  forget: withDefault(
    millis("30 days", "36500 days", "How long an item is remembered after it was last seen"),
    () => 34_560_000_000
  ),
  logChat: optional(Chat),
  alerts: optional(AlertFile),
  channels: Schema.Record({ key: Schema.String, value: ChannelFile }),
  sources: Schema.Record({ key: Schema.String, value: SourceFile })
}).annotations({ title: "Oncecast catalog" })
export type CatalogFile = typeof CatalogFile.Type

// The keys by which a channel chooses (Choice.ts): filters, caps, order, digests, hours. Which of them go together is judged in `ChoiceRules.ts`.
import { Either, ParseResult, Schema } from "effect"
import type { DayHours, First } from "../domain/Choice.ts"
import { everyDay } from "../domain/LocalHours.ts"
import { parseScore } from "../domain/Score.ts"
import { describe, millis, optional, saying, whole, withDefault } from "./SchemaParts.ts"

export const ClockTime = Schema.transformOrFail(
  Schema.String.annotations(describe(`A time of day, "23:00"`)),
  Schema.Number,
  {
    strict: true,
    decode: (text, _, ast) => {
      const match = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text)
      return match === null
        ? ParseResult.fail(new ParseResult.Type(ast, text, `is not a time of day such as "23:00"`))
        : ParseResult.succeed(Number(match[1]) * 60 + Number(match[2]))
    },
    encode: (minutes) =>
      ParseResult.succeed(
        `${`${Math.floor(minutes / 60)}`.padStart(2, "0")}:${`${minutes % 60}`.padStart(2, "0")}`
      )
  }
)

export const Zone = Schema.String.pipe(
  Schema.filter((name) => isZone(name) || `is not a time zone such as "Europe/Berlin"`)
).annotations(describe("An IANA time zone"))

const isZone = (name: string): boolean => {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== ""
  } catch {
    return false // Intl has no other way to say that it does not know a zone
  }
}

const Range = Schema.Struct({ min: optional(Schema.Number), max: optional(Schema.Number) })
const Words = Schema.Array(Schema.NonEmptyString)

export const FilterFile = Schema.Struct({
  price: optional(Range),
  discount: optional(Range.annotations(describe("Percent below the old price"))),
  rating: optional(Range),
  reviews: optional(Range),
  include: optional(
    Words.annotations(saying("a list of words", "At least one of these words or phrases must occur"))
  ),
  exclude: optional(Words.annotations(saying("a list of words", "None of these words or phrases may occur"))),
  pattern: optional(
    Schema.NonEmptyString.annotations(describe("An RE2 pattern that title or body must match"))
  ),
  notPattern: optional(Schema.NonEmptyString.annotations(describe("An RE2 pattern that neither may match"))),
  availability: optional(
    Schema.Array(Schema.Literal("in-stock", "out-of-stock", "preorder", "backorder", "discontinued"))
  ),
  brand: optional(Words.annotations(saying("a list of names", "Only these brands, in any case"))),
  notBrand: optional(Words.annotations(saying("a list of names", "None of these brands"))),
  category: optional(
    Words.annotations(saying("a list of names", "Only what is in one of these categories, on any level"))
  ),
  notCategory: optional(Words.annotations(saying("a list of names", "Nothing in these categories")))
})

const days: ReadonlyArray<string> = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]

/** "mon-fri" or "sat" → numbers of days; none when it is neither. */
const daysIn = (text: string): ReadonlyArray<number> | undefined => {
  const [first = -1, last = -1] = (text.includes("-") ? text.split("-") : [text, text]).map((name) =>
    days.indexOf(name)
  )
  if (first < 0 || last < 0) return undefined
  return everyDay.slice(0, ((last - first + 7) % 7) + 1).map((step) => (first + step) % 7)
}

/** "mon-fri,sun 09:00-12:00", the days may be absent, the end may be 24:00. */
const windowIn = (text: string): DayHours | undefined => {
  const match = /^(?:([a-z,-]+) )?(\d\d):(\d\d)-(\d\d):(\d\d)$/.exec(text.trim().toLowerCase())
  if (match === null) return undefined
  const [named, ...clock] = match.slice(1)
  const [fromHour = 99, fromMinute = 99, toHour = 99, toMinute = 99] = clock.map(Number)
  const from = fromHour * 60 + fromMinute
  const to = toHour * 60 + toMinute
  const lists = named === undefined ? [everyDay] : named.split(",").map(daysIn)
  const wrong = fromHour > 23 || fromMinute > 59 || toMinute > 59 || to > 1440 || from === to
  return wrong || lists.includes(undefined)
    ? undefined
    : { from, to, days: [...new Set(lists.flatMap((list) => list ?? []))].sort() }
}

const clockText = (minutes: number): string =>
  `${`${Math.floor(minutes / 60)}`.padStart(2, "0")}:${`${minutes % 60}`.padStart(2, "0")}`

const Window = Schema.transformOrFail(
  Schema.String.annotations(describe(`Hours, of every day or of some: "09:00-12:00", "mon-fri 09:00-12:00"`)),
  Schema.Struct({ from: Schema.Number, to: Schema.Number, days: Schema.Array(Schema.Number) }),
  {
    strict: true,
    decode: (text, _, ast) => {
      const window = windowIn(text)
      return window === undefined
        ? ParseResult.fail(
            new ParseResult.Type(ast, text, `is not a window such as "mon-fri 09:00-12:00" or "18:00-02:00"`)
          )
        : ParseResult.succeed(window)
    },
    encode: ({ from, to, days: on }) =>
      ParseResult.succeed(`${on.map((day) => days[day]).join(",")} ${clockText(from)}-${clockText(to)}`)
  }
)

const isFirst = (value: unknown): value is First | undefined =>
  value === undefined || (typeof value === "object" && value !== null && "_tag" in value)

/** Absent stands for "oldest". */
const FirstFile = Schema.transformOrFail(
  Schema.NonEmptyString.annotations(
    describe(
      `What goes first when several wait: newest, oldest, or a score over price, oldPrice, discount, rating, reviews, images, age and available ("discount * 2 + rating"); the higher goes first`
    )
  ),
  Schema.declare(isFirst),
  {
    strict: true,
    decode: (text, _, ast) => {
      if (text === "oldest") return ParseResult.succeed(undefined)
      if (text === "newest") return ParseResult.succeed({ _tag: "Newest" } as const)
      return Either.match(parseScore(text), {
        onLeft: (why) =>
          ParseResult.fail(
            new ParseResult.Type(ast, text, `must be newest, oldest or a score, but "${text}" ${why}`)
          ),
        onRight: (score) => ParseResult.succeed({ _tag: "Score", score } as const)
      })
    },
    encode: (first, _, ast) =>
      first?._tag === "Score"
        ? ParseResult.fail(new ParseResult.Type(ast, first, "is a score, which is not written back"))
        : ParseResult.succeed(first === undefined ? "oldest" : "newest")
  }
)

const CapFile = Schema.Struct({
  by: Schema.Literal("brand", "category").annotations(
    saying("brand or category", "What is counted: the brand, or the end of the category path")
  ),
  max: whole(1, 10_000, "Posts of one brand or category at most"),
  per: millis("1 minute", "90 days", "In any time so long"),
  over: withDefault(
    Schema.Literal("wait", "skip").annotations(
      saying("wait or skip", "What becomes of one in excess: it waits for its time, or is left out")
    ),
    () => "wait" as const
  )
})

const DigestFile = Schema.Struct({
  items: whole(2, 50, "Items in one post at most"),
  at: withDefault(
    Schema.Array(ClockTime).annotations(
      saying("a list of times of day", "When digests go out; otherwise when one is full")
    ),
    () => []
  ),
  within: optional(
    millis(
      "1 minute",
      "30 days",
      "Without at: it goes out though not full when its oldest has waited so long"
    )
  )
})

/** Part of `ChannelFile`. */
export const choiceKeys = {
  where: optional(FilterFile),
  caps: optional(Schema.Array(CapFile)),
  first: optional(FirstFile),
  digest: optional(DigestFile),
  zone: optional(Zone),
  windows: optional(
    Schema.NonEmptyArray(Window).annotations(
      describe("Posts go out only then; the wall clock is that of zone")
    )
  ),
  spread: withDefault(
    Schema.Boolean.annotations(describe("Spreads what waits evenly over the time left of the day")),
    () => false
  ),
  expire: optional(millis("1 minute", "3650 days", "What has waited longer is given up"))
}

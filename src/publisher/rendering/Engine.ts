// The Liquid that templates are written in: without files, clock or chance, within bounds, with filters that speak the channel's language.
// Promises: the same values always give the same text; what a filter cannot take is a fault with its line.
import { Liquid, LiquidError, TokenizationError } from "liquidjs"
import { hashtags } from "./Hashtags.ts"
import { Moment } from "./Moments.ts"
import { Price } from "./Prices.ts"

/** Characters of a template; characters and list entries that one rendering may make; milliseconds for what that does not catch. */
export const bounds = { parseLimit: 100_000, memoryLimit: 200_000, renderLimit: 1000 }

/** These read files, the clock or chance. */
const withoutTags = ["include", "render", "layout", "block"]
const withoutFilters = [
  "date_to_xmlschema",
  "date_to_rfc822",
  "date_to_string",
  "date_to_long_string",
  "sample"
]

export interface EngineOptions {
  /** What an output becomes in the text; absent: its plain text. */
  readonly outputEscape?: (value: unknown) => string
  /** Whether a name that is not known is a fault. */
  readonly strictVariables?: boolean
}

/** What a filter sees of the rendering around it. */
interface Around {
  readonly context: { readonly getSync: (path: Array<string>) => unknown }
}

const localeIn = ({ context }: Around): string => String(context.getSync(["locale"]) ?? "en")

const listOf = (value: unknown): ReadonlyArray<string> =>
  (Array.isArray(value) ? value : [value ?? ""]).map(String).filter((word) => word !== "")

const momentOf = (value: unknown): Moment | undefined => {
  if (value === undefined || value === null || value instanceof Moment) return value ?? undefined
  throw new RangeError(`"${String(value).slice(0, 50)}" is no time, as "published" is one`)
}

const isNumber = (value: unknown): value is number | string =>
  value !== "" && (typeof value === "number" || typeof value === "string") && Number.isFinite(Number(value))

const filters = {
  money: (value: unknown, locale?: string) => (value instanceof Price ? value.in(locale) : value),
  date: (value: unknown, style?: string) => momentOf(value)?.date(style),
  time: (value: unknown, style?: string) => momentOf(value)?.time(style),
  // Of whole percents as they are: nothing is divided, nothing is rounded.
  percent(this: Around, value: unknown) {
    return isNumber(value)
      ? new Intl.NumberFormat(localeIn(this), { style: "unit", unit: "percent" }).format(Number(value))
      : value
  },
  number(this: Around, value: unknown) {
    return isNumber(value) ? new Intl.NumberFormat(localeIn(this)).format(Number(value)) : value
  },
  list(this: Around, value: unknown, how = "and") {
    if (how !== "and" && how !== "or") throw new RangeError(`list: "${how}" is neither "and" nor "or"`)
    const type = how === "and" ? "conjunction" : "disjunction"
    return new Intl.ListFormat(localeIn(this), { type }).format(listOf(value))
  },
  hashtags: (value: unknown) => hashtags(listOf(value)),
  rotate(this: Around, first: unknown, ...more: ReadonlyArray<unknown>) {
    const words = [first, ...more]
    return words[Number(this.context.getSync(["turn"]) ?? 0) % words.length]
  },
  // Outputs are escaped anyway, and should be once.
  escape: (value: unknown) => value
}

export const makeEngine = (options: EngineOptions): Liquid => {
  const engine = new Liquid({
    templates: {},
    ownPropertyOnly: true,
    strictFilters: true,
    ...options,
    ...bounds
  })
  for (const tag of withoutTags) delete engine.tags[tag]
  for (const filter of withoutFilters) engine.unregisterFilter(filter)
  for (const [name, filter] of Object.entries(filters)) engine.registerFilter(name, filter)
  return engine
}

/** Liquid appends the place to its message; we say it in our own words. */
export const placeOf = (error: unknown): { readonly line: number; readonly detail: string } => {
  if (!(error instanceof Error)) return { line: 1, detail: String(error) }
  const line =
    LiquidError.is(error) || error instanceof TokenizationError ? (error.token.getPosition()[0] ?? 1) : 1
  return { line, detail: error.message.replace(/,? ?(file:[^,]*)?,? ?line:\d+(, col:\d+)?$/, "") }
}

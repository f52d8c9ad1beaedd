// Times as people write them, in the channel's zone and language.

const styles = ["full", "long", "medium", "short"] as const
type Style = (typeof styles)[number]

const isStyle = (name: string): name is Style => styles.some((style) => style === name)

const styleOf = (name: string): Style => {
  if (isStyle(name)) return name
  throw new RangeError(`"${name}" is not one of ${styles.join(", ")}`)
}

const formats = new Map<string, Intl.DateTimeFormat>()

const formatOf = (locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat => {
  const key = `${locale} ${JSON.stringify(options)}`
  const known = formats.get(key)
  if (known !== undefined) return known
  const made = new Intl.DateTimeFormat(locale, options)
  formats.set(key, made)
  return made
}

/** A time in a template: `{{ published | date: "long" }}`, `{{ published | time }}`. */
export class Moment {
  readonly #at: number
  readonly #locale: string
  readonly #zone: string
  /** `at`: epoch milliseconds, such that there is a date. */
  constructor(at: number, locale: string, zone: string) {
    this.#at = at
    this.#locale = locale
    this.#zone = zone
  }
  date(style = "medium"): string {
    return formatOf(this.#locale, { dateStyle: styleOf(style), timeZone: this.#zone }).format(this.#at)
  }
  time(style = "short"): string {
    return formatOf(this.#locale, { timeStyle: styleOf(style), timeZone: this.#zone }).format(this.#at)
  }
  toString(): string {
    return this.date()
  }
}

/** Years that a calendar shows; a source that claims another means something else. */
export const isDate = (at: number): boolean => Math.abs(at) < 8_000_000_000_000

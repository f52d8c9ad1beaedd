// The text of a JSON answer, piece by piece → the items of its list, by the catalog's mapping, and the next page. Memory does not grow with
// the answer. A mapping that does not fit the answer is refused in one sentence that says what is there.
import { Either, Option, Schema } from "effect"
import type { Item } from "../../../domain/Item.ts"
import { parsePath } from "../../../domain/JsonExpression.ts"
import type { Source } from "../../../domain/Source.ts"
import type { Blocked, DocumentFacts, Further } from "../../DocumentReader.ts"
import { plainText } from "../../reading/PlainText.ts"
import { Quota } from "../../reading/Quota.ts"
import { Sample } from "../../reading/Sample.ts"
import type { TextReader } from "../TextReader.ts"
import { Fields } from "./Fields.ts"
import { deadEnd, elementsAt, inWords, type Place } from "./Find.ts"
import { itemFrom } from "./JsonItem.ts"
import { JsonSplitter } from "./JsonSplitter.ts"
import { nextPageOf } from "./NextPage.ts"

const parsed = Schema.decodeUnknownOption(Schema.parseJson())

/** After so many elements that are no items the mapping cannot be meant for this list. */
const maxHopeless = 1_000

const stepsOf = (path: string | undefined): ReadonlyArray<string> =>
  path === undefined ? [] : Either.match(parsePath(path), { onLeft: () => [], onRight: ({ steps }) => steps })

export class JsonReader implements TextReader {
  private readonly url: string
  private readonly source: Source
  /** To the list, and from its elements to the items. */
  private readonly steps: ReadonlyArray<string>
  private readonly inner: ReadonlyArray<string>
  private readonly splitter: JsonSplitter
  private readonly fields: Fields
  private readonly quota: Quota
  private readonly sample = new Sample()
  private elements = 0
  private broken = 0
  private rest: Option.Option<unknown> = Option.none()

  /** `url` after redirects. */
  constructor(url: string, source: Source) {
    const steps = stepsOf(source.items)
    const star = steps.indexOf("*")
    this.url = url
    this.source = source
    this.steps = star < 0 ? steps : steps.slice(0, star)
    this.inner = star < 0 ? [] : steps.slice(star + 1)
    this.splitter = new JsonSplitter(this.steps)
    this.fields = new Fields(source.fields ?? {})
    this.quota = new Quota(source.maxItems)
  }

  get done(): boolean {
    const isHopeless = this.quota.kept === 0 && this.quota.nameless + this.broken >= maxHopeless
    return this.quota.full || isHopeless || (this.splitter.stopped !== undefined && this.sample.isFull)
  }

  write(text: string): ReadonlyArray<Item> {
    const piece = this.sample.length === 0 ? text.replace(/^\ufeff/, "") : text
    this.sample.add(piece)
    return this.done ? [] : this.splitter.write(piece).flatMap((element) => this.itemsIn(element))
  }

  /** Call once after the last piece. What is listed by key ("products.*" of an object) could not be read before. */
  end(): ReadonlyArray<Item> {
    this.rest = this.splitter.complete ? parsed(this.splitter.rest) : Option.none()
    if (this.splitter.found || Option.isNone(this.rest) || !stepsOf(this.source.items).includes("*"))
      return []
    const root = { value: this.rest.value, parents: [] }
    return this.itemsAt(elementsAt(root, stepsOf(this.source.items)))
  }

  facts(): Either.Either<DocumentFacts, string | Blocked> {
    const misfit = this.misfit()
    if (misfit !== undefined) return Either.left(misfit)
    const rest = Option.getOrUndefined(this.rest)
    const complete = this.splitter.complete && !this.quota.full
    const next = complete
      ? nextPageOf(this.source, { url: this.url, elements: this.elements, rest })
      : undefined
    const further: ReadonlyArray<Further> = next === undefined ? [] : [{ url: next, as: "json" }]
    const { skipped } = this.splitter
    return Either.right({
      complete,
      further,
      faults: [
        ...this.quota.faults,
        ...this.fields.faults,
        ...(this.broken === 0 ? [] : [`${this.broken} elements of the list are no JSON`]),
        ...(skipped === 0 ? [] : [`${skipped} elements of the list are too long`])
      ]
    })
  }

  private itemsIn(element: string): ReadonlyArray<Item> {
    const value = parsed(element)
    this.elements++
    if (Option.isNone(value)) {
      this.broken++
      return []
    }
    return this.itemsAt(elementsAt({ value: value.value, parents: [] }, this.inner))
  }

  private itemsAt(places: ReadonlyArray<Place>): ReadonlyArray<Item> {
    if (this.splitter.found === false) this.elements += places.length
    return this.quota.admit(places.map((place) => itemFrom(place, this.fields, this.url)))
  }

  /** Why the answer as a whole is not what the catalog says, if so. */
  private misfit(): string | Blocked | undefined {
    const { kept, nameless } = this.quota
    if (this.elements > 0) {
      if (this.broken === this.elements) return `JSON whose list has no element that can be read`
      return kept > 0 || nameless === 0
        ? undefined
        : `no item has a title, link or id: ${this.fields.faults.join("; ") || "all are empty"}`
    }
    if (!/^\s*[[{]/.test(this.sample.text)) return this.foundInstead()
    if (this.splitter.stopped !== undefined) return `JSON in which ${this.splitter.stopped}`
    if (this.splitter.found) return undefined
    if (Option.isNone(this.rest)) return "JSON that breaks off or is malformed"
    return this.unlisted(this.rest.value)
  }

  /** The list is not where it should be. */
  private unlisted(value: unknown): string | undefined {
    const { items } = this.source
    if (items === undefined)
      return `JSON that is ${inWords(value)}: say which of them holds the list (items: …)`
    const [place] = elementsAt({ value, parents: [] }, this.steps)
    const isEmptyObject =
      place !== undefined && stepsOf(items).includes("*") && inWords(place.value) === "an empty object"
    return isEmptyObject ? undefined : `JSON without a list at ${items}: ${deadEnd(value, this.steps)}`
  }

  private foundInstead(): string | Blocked {
    const { blocked, text: beginning } = this.sample
    if (blocked !== undefined) return blocked
    if (/^\s*<(?:!doctype html|html)/i.test(beginning)) return "an HTML page instead of JSON"
    const text = plainText(beginning.slice(0, 500), 60)
    return text === "" ? "an empty document" : `no JSON object or list, only text that begins with "${text}"`
  }
}

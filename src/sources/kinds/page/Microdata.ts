// The elements of a page, one after another → the things that its microdata describes: nested items, `itemref`, a value from the attribute
// that its element has. Promises memory and time in proportion to the page, within limits. Never judges what a thing is.
// @source https://html.spec.whatwg.org/multipage/microdata.html

import { isInlineElement } from "../../reading/HtmlElements.ts"
import { attributeValue, isText, valueOfText } from "./MicrodataValue.ts"
import { TextCapture } from "./TextCapture.ts"
import { bareName, type Thing, type Value } from "./Thing.ts"

type Attributes = Readonly<Record<string, string>>

/** A value that is known when its element ends. */
interface Slot {
  readonly name: string
  value: string | Item | undefined
}

interface Item {
  readonly types: ReadonlyArray<string>
  readonly id: string | undefined
  readonly refs: ReadonlyArray<string>
  readonly slots: Array<Slot>
  /** Whether some item has it as a value. */
  nested: boolean
}

/** An open element that matters. */
interface Frame {
  readonly item: Item | undefined
  /** Whether the element is a value itself. */
  readonly isValue: boolean
  /** Its `id`, as long as it is not inside an item of its own. */
  readonly id: string | undefined
  /** Waiting for their text, which begins at `from`. */
  readonly slots: ReadonlyArray<Slot>
  readonly from: number
}

/** Properties of one page. */
const maxSlots = 20_000
/** Properties that items have by reference, on one page. */
const maxReferred = 100_000
const maxDepth = 64

const words = (text: string | undefined): ReadonlyArray<string> =>
  (text ?? "").split(/\s+/).filter((word) => word !== "")

export class Microdata {
  private readonly items: Array<Item> = []
  private readonly byId = new Map<string, Array<Slot>>()
  private readonly referred = new Map<Item, ReadonlyArray<Slot>>()
  private readonly open: Array<Frame> = []
  private count = 0
  private references = 0
  private readonly texts = new TextCapture()

  opened(name: string, attributes: Attributes): void {
    if (name === "img") this.texts.picture(attributes["alt"] || attributes["title"] || "")
    if (!isInlineElement(name)) this.texts.break()
    const item = "itemscope" in attributes ? this.itemOf(attributes) : undefined
    const names = words(attributes["itemprop"]).map(bareName)
    const slots = names.length === 0 ? [] : this.slotsOf(names, attributes["id"])
    const texts: Array<Slot> = []
    for (const slot of slots) {
      slot.value = item ?? attributeValue(name, attributes, slot.name)
      if (slot.value === undefined && isText(name, slot.name)) texts.push(slot)
    }
    if (item !== undefined && slots.length > 0) item.nested = this.open.some((frame) => frame.item)
    const from = texts.length > 0 ? this.texts.begin() : 0
    this.open.push({ item, isValue: slots.length > 0, id: attributes["id"], slots: texts, from })
  }

  text(text: string): void {
    this.texts.add(text)
  }

  closed(): void {
    const frame = this.open.pop()
    if (frame === undefined || frame.slots.length === 0) return
    const text = this.texts.finish(frame.from)
    for (const slot of frame.slots) slot.value = valueOfText(slot.name, text)
  }

  /** The things that are no other thing's value, once all elements are closed. */
  things(): ReadonlyArray<Thing> {
    const made = new Map<Item, Thing>()
    let room = maxReferred
    for (const item of this.items) {
      const slots = item.refs.flatMap((ref) => (room > 0 ? (this.byId.get(ref) ?? []) : []))
      room -= slots.length
      this.referred.set(item, slots)
      for (const { value } of slots) if (typeof value === "object") value.nested = true
    }
    return this.items.filter((item) => !item.nested).map((item) => this.thingOf(item, made, 0))
  }

  private itemOf(attributes: Attributes): Item {
    const item = {
      types: words(attributes["itemtype"]).map(bareName),
      id: attributes["itemid"]?.trim(),
      refs: [...new Set(words(attributes["itemref"]))],
      slots: [],
      nested: false
    }
    if (this.items.length < maxSlots) this.items.push(item)
    return item
  }

  /** New values of the nearest item, and of the elements with an id on the way to it: an item may refer to them. */
  private slotsOf(names: ReadonlyArray<string>, ownId: string | undefined): ReadonlyArray<Slot> {
    if (this.count >= maxSlots) return []
    this.count += names.length
    const slots = names.map((name) => ({ name, value: undefined }))
    if (ownId !== undefined) this.refer(ownId, slots)
    for (let level = this.open.length - 1; level >= 0; level--) {
      const { id, isValue, item } = this.open[level] ?? {}
      if (item !== undefined) {
        item.slots.push(...slots)
        // Beyond the specification, as extruct does: an item that is nobody's value can be referred to for what is in it.
        if (id !== undefined && isValue === false) this.refer(id, slots)
        break
      }
      if (id !== undefined) this.refer(id, slots)
    }
    return slots
  }

  private refer(id: string, slots: ReadonlyArray<Slot>): void {
    if (++this.references > maxReferred) return
    const known = this.byId.get(id)
    if (known === undefined) this.byId.set(id, [...slots])
    else known.push(...slots)
  }

  private thingOf(item: Item, made: Map<Item, Thing>, depth: number): Thing {
    const known = made.get(item)
    if (known !== undefined) return known
    const properties = new Map<string, Array<Value>>()
    const thing: Thing = {
      types: item.types,
      ...(item.id === undefined || item.id === "" ? {} : { id: item.id }),
      properties
    }
    made.set(item, thing)
    const referred = this.referred.get(item) ?? []
    for (const { name, value } of depth > maxDepth ? [] : [...item.slots, ...referred]) {
      if (value === undefined || value === "") continue
      const values = properties.get(name) ?? []
      values.push(typeof value === "string" ? value : this.thingOf(value, made, depth + 1))
      properties.set(name, values)
    }
    return thing
  }
}

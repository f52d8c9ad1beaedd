// A product that comes in variants → what becomes of it: one item for the group with the terms of all, or one item for each variant.
// A product without variants is one item either way.
import type { Item } from "../../../domain/Item.ts"
import type { Source } from "../../../domain/Source.ts"
import { absolute } from "../../reading/Links.ts"
import { isGroup } from "./Candidates.ts"
import { type Described, itemOf, type Surroundings } from "./ProductItem.ts"
import { offersOf } from "./Terms.ts"
import { completed, type Thing, textNamed, thingsNamed } from "./Thing.ts"

const maxVariants = 500

/** What tells a variant from its group is not the group's, and the other way round. */
const own = [
  "sku",
  "gtin",
  "gtin13",
  "gtin14",
  "gtin12",
  "gtin8",
  "mpn",
  "offers",
  "price",
  "color",
  "size",
  "name",
  "url"
]

const without = (thing: Thing, names: ReadonlyArray<string>): Thing => ({
  ...thing,
  properties: new Map([...thing.properties].filter(([name]) => !names.includes(name)))
})

const groupIdOf = (group: Thing): string | undefined =>
  textNamed(group, "productGroupID", "inProductGroupWithID", "sku") ?? group.id

/** Variants on pages of their own are named without an offer. */
const variantsOf = (group: Thing): ReadonlyArray<Thing> =>
  thingsNamed(group, "hasVariant")
    .filter((variant) => offersOf(variant).length > 0)
    .slice(0, maxVariants)

const linkOf = (variant: Thing, around: Surroundings): string | undefined => {
  const [offer] = offersOf(variant)
  return (
    absolute(textNamed(variant, "url"), around.base) ??
    absolute(offer && textNamed(offer, "url"), around.base)
  )
}

const groupItem = (one: Described, variants: ReadonlyArray<Thing>, around: Surroundings): Item => {
  const [first = one.product] = variants
  return itemOf(
    {
      ...one,
      product: completed(one.product, without(first, own)),
      group: groupIdOf(one.product) ?? one.link,
      offers: [...variants.flatMap(offersOf), ...offersOf(one.product)]
    },
    around
  )
}

const variantItem = (one: Described, variant: Thing, around: Surroundings): Item => {
  const whole = completed(
    variant,
    without(one.product, [...own.filter((name) => name !== "name"), "hasVariant"])
  )
  const group = groupIdOf(one.product) ?? one.link
  return itemOf({ ...one, product: whole, group, link: linkOf(variant, around) ?? one.link }, around)
}

/** A product that says which group it belongs to, completed by what the group says of all its variants. */
const memberOf = (one: Described): Described => {
  const group = thingsNamed(one.product, "isVariantOf").find(isGroup)
  return group === undefined
    ? one
    : {
        ...one,
        product: completed(
          one.product,
          without(
            group,
            own.filter((name) => name !== "name")
          )
        ),
        group: groupIdOf(group)
      }
}

/** The items of a product, at least one. */
export const itemsOf = (
  one: Described,
  around: Surroundings,
  variants: Source["variants"]
): ReadonlyArray<Item> => {
  const members = isGroup(one.product) ? variantsOf(one.product) : []
  if (members.length === 0)
    return [itemOf(isGroup(one.product) ? { ...one, group: groupIdOf(one.product) } : memberOf(one), around)]
  return variants === "group"
    ? [groupItem(one, members, around)]
    : members.map((variant) => variantItem(one, variant, around))
}

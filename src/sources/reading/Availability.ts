// How shops say whether a thing can be had (Google, Meta, schema.org, plain words) → the five answers of the domain.
import type { Availability } from "../../domain/Item.ts"

const words: ReadonlyMap<string, Availability> = new Map([
  ["instock", "in-stock"],
  ["available", "in-stock"],
  ["availablefororder", "in-stock"],
  ["limitedavailability", "in-stock"],
  ["limitedstock", "in-stock"],
  ["onlineonly", "in-stock"],
  ["instoreonly", "in-stock"],
  ["true", "in-stock"],
  ["outofstock", "out-of-stock"],
  ["soldout", "out-of-stock"],
  ["unavailable", "out-of-stock"],
  ["false", "out-of-stock"],
  ["preorder", "preorder"],
  ["presale", "preorder"],
  ["backorder", "backorder"],
  ["madetoorder", "backorder"],
  ["discontinued", "discontinued"]
])

/** The availability that a text means; a schema.org URL counts by its last part. Undefined for words nobody knows. */
export const availabilityOf = (text: string): Availability | undefined =>
  words.get(
    text
      .replace(/^https?:\/\/(www\.)?schema\.org\//i, "")
      .toLowerCase()
      .replace(/[^a-z]/g, "")
  )

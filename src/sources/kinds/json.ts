// Kind "json": an API whose answers the catalog maps (`items`, `fields`), page after page (`next`, `page`). Answers of any size are read item
// by item: only one element is parsed at a time, so that neither memory nor the event loop feels how long the list is.
import type { SourceKind } from "../SourceKind.ts"
import { JsonReader } from "./json/JsonReader.ts"
import { overText } from "./TextReader.ts"

/** Reads one page of the API. */
export const json: SourceKind = {
  accept: "application/json, application/*+json;q=0.9, */*;q=0.3",
  open: (head, source) => overText(head, new JsonReader(head.url, source))
}

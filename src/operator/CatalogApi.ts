// The catalog over HTTP: look at it, see what a change would do, make it. All of it needs the token, since addresses in it may hold secrets.
import * as HttpApiEndpoint from "@effect/platform/HttpApiEndpoint"
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as OpenApi from "@effect/platform/OpenApi"
import { Schema } from "effect"
import type { CatalogChange } from "../config/CatalogEditing.ts"
import { StorageFailed } from "../domain/StorageFailed.ts"
import { Authorization } from "./Authorization.ts"
import { NotPossible } from "./NotDone.ts"

const Place = { section: Schema.Literal("channels", "sources"), name: Schema.NonEmptyString }

const Edit = Schema.Union(
  Schema.Struct({ ...Place, entry: Schema.Record({ key: Schema.String, value: Schema.Unknown }) }),
  Schema.Struct({ ...Place, remove: Schema.Literal(true) })
)

const Change = Schema.Union(
  Schema.Struct({ edits: Schema.NonEmptyArray(Edit) }),
  Schema.Struct({ undo: Schema.Literal(true) })
).annotations({
  message: () => ({
    message:
      'say {"edits": [{"section": "sources", "name": "blog", "entry": {…}}]}, {"edits": [{…, "remove": true}]} or {"undo": true}',
    override: true
  })
})

/** As `CatalogCommands` take it. An entry is what is to stand there, new or not. */
export const changeOf = (asked: typeof Change.Type): CatalogChange =>
  "undo" in asked
    ? "undo"
    : asked.edits.map(({ section, name, ...how }) => ({
        section,
        name,
        change: "entry" in how ? { _tag: "Put", entry: how.entry } : { _tag: "Remove" }
      }))

export const CatalogGroup = HttpApiGroup.make("catalog", { topLevel: true })
  .add(
    HttpApiEndpoint.get("catalog", "/api/catalog")
      .addSuccess(Schema.Struct({ text: Schema.String, version: Schema.String, undoable: Schema.Boolean }))
      .annotate(
        OpenApi.Description,
        "The catalog as it is written, its version, and whether an earlier one is kept."
      )
  )
  .add(
    HttpApiEndpoint.post("proposeCatalog", "/api/catalog/propose")
      .setPayload(Change)
      .addSuccess(
        Schema.Struct({
          version: Schema.String,
          diff: Schema.Array(Schema.String),
          means: Schema.Array(Schema.String)
        })
      )
      .annotate(
        OpenApi.Description,
        "What a change of the catalog would do, line by line and in sentences; writes nothing."
      )
  )
  .add(
    HttpApiEndpoint.post("changeCatalog", "/api/catalog/change")
      .setPayload(
        Schema.Struct({ version: Schema.String, change: Change }).annotations({
          message: () => ({
            message:
              'say {"version": "as /api/catalog has it", "change": {…}}, the change as for /api/catalog/propose',
            override: true
          })
        })
      )
      .addSuccess(Schema.Struct({ done: Schema.String }))
      .annotate(
        OpenApi.Description,
        "Changes the catalog, if it is still of that version, and says whether the service goes by it."
      )
  )
  .addError(NotPossible, { status: 409 })
  .addError(StorageFailed, { status: 503 })
  .middleware(Authorization)

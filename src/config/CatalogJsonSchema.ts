// The catalog's JSON Schema, for editors that complete and check YAML; made from the Schema that decodes it, so that they cannot differ.
import { JSONSchema } from "effect"
import { CatalogFile } from "./CatalogSchema.ts"

/** Indented JSON text. */
export const catalogJsonSchema = (): string => `${JSON.stringify(JSONSchema.make(CatalogFile), null, 2)}\n`

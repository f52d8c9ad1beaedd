// What a change of the catalog is, line by line, for people. Pure.
import type { EditedCatalog } from "../config/CatalogEditing.ts"
import { unified } from "../config/LineDiff.ts"

/** As `diff -u` shows it: lines that go begin with `-`, lines that come with `+`. */
export const diffOf = ({ before, after }: Pick<EditedCatalog, "before" | "after">): ReadonlyArray<string> =>
  unified(before.text.split(/\r?\n/), after.text.split(/\r?\n/))

// What a change of the catalog is, line by line, for people; and the same for those who may not see what addresses hold. Pure.
import type { EditedCatalog } from "../config/CatalogEditing.ts"
import { unified } from "../config/LineDiff.ts"

/** As `diff -u` shows it: lines that go begin with `-`, lines that come with `+`. */
export const diffOf = ({ before, after }: Pick<EditedCatalog, "before" | "after">): ReadonlyArray<string> =>
  unified(before.text.split(/\r?\n/), after.text.split(/\r?\n/))

const address = /(["'])([a-z][a-z0-9+.-]*:\/\/.*?)\1|[a-z][a-z0-9+.-]*:\/\/\S+/gi

/** User, password and query of an address may be secret. */
const masked = (text: string): string =>
  text.replace(/:\/\/[^/?#\\]*@/, "://…@").replace(/[?#].*?(["'])?$/s, "?…$1")

/** The lines without what addresses in them may hold of secrets. */
export const withoutSecrets = (lines: ReadonlyArray<string>): ReadonlyArray<string> =>
  lines.map((line) => line.replace(address, masked))

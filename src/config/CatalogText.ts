// The catalog as text, edited: enters the text and what is to change, leaves the new text. Pure. Promises: comments, order and every line that
// the change does not touch stay as they are, byte for byte where that is possible. Never judges whether the result is a good catalog.
import { isDeepStrictEqual } from "node:util"
import { Either } from "effect"
import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  parse,
  parseDocument,
  type YAMLMap
} from "yaml"
import { type Hunk, hunksBetween, patched } from "./LineDiff.ts"

export type Section = "channels" | "sources"

/** As it would stand in the catalog, without what is left to its default. */
export type Entry = Readonly<Record<string, unknown>>

export interface CatalogEdit {
  readonly section: Section
  readonly name: string
  readonly change:
    | { readonly _tag: "Add"; readonly entry: Entry }
    /** Keys with their new values; undefined takes a key away. Others stay. */
    | { readonly _tag: "Change"; readonly keys: Entry }
    /** The entry is to be this and nothing else, whether it is there or not; keys that are so already stay as they are written. */
    | { readonly _tag: "Put"; readonly entry: Entry }
    | { readonly _tag: "Remove" }
}

const kindOf = { channels: "channel", sources: "source" } as const

const linesOf = (text: string): ReadonlyArray<string> => text.split(/\r?\n/)

/** An entry's keys a line each, what is inside them on that line. */
const entryNode = (document: Document, entry: Entry) => {
  const node = document.createNode(entry)
  for (const { value } of isMap(node) ? node.items : []) if (isCollection(value)) value.flow = true
  return node
}

const valueNode = (document: Document, value: unknown) => {
  const node = document.createNode(value)
  if (isCollection(node)) node.flow = true
  return node
}

/** The map of the section; made where there is none yet. */
const sectionOf = (document: Document, section: Section): YAMLMap | undefined => {
  const found = document.get(section, true)
  if (isMap(found)) {
    if (found.items.length === 0) found.flow = false
    return found
  }
  if (isCollection(found) || isAlias(found) || (document.contents !== null && !isMap(document.contents)))
    return undefined
  const made = document.createNode({})
  if (isScalar(found)) made.comment = found.comment ?? found.commentBefore ?? null
  document.set(section, made)
  return made
}

/** The keys that must change for an entry to become another; undefined for those that go. */
const differing = (before: Entry, after: Entry): Entry =>
  Object.fromEntries(
    [...new Set([...Object.keys(before), ...Object.keys(after)])]
      .filter((key) => !isDeepStrictEqual(before[key], after[key]))
      .map((key) => [key, after[key]])
  )

/** The key of an entry as it is written: `2024` and `true` name entries without quotes too. */
const keyOf = (map: YAMLMap, name: string): unknown =>
  map.items.find(({ key }) => isScalar(key) && `${key.value}` === name)?.key

const edit = (document: Document, { section, name, change }: CatalogEdit): string | undefined => {
  const map = sectionOf(document, section)
  if (map === undefined)
    return `"${section}" is written in a way that cannot be edited here; change it by hand`
  const written = keyOf(map, name)
  const there = written !== undefined
  if (change._tag === "Add" || (change._tag === "Put" && !there)) {
    if (there) return `there is a ${kindOf[section]} ${name} already`
    map.set(document.createNode(name), entryNode(document, change.entry))
    return undefined
  }
  if (!there) return `there is no ${kindOf[section]} ${name}`
  if (change._tag === "Remove") {
    map.delete(written)
    return undefined
  }
  const entry = map.get(written, true)
  if (!isMap(entry)) return `${kindOf[section]} ${name} is written as an alias; change it by hand`
  const keys = change._tag === "Put" ? differing(entry.toJS(document), change.entry) : change.keys
  for (const [key, value] of Object.entries(keys)) {
    if (value === undefined) entry.delete(key)
    else entry.set(key, valueNode(document, value))
  }
  return undefined
}

/** How the file is indented: what is added looks like the rest. */
const mannerOf = (text: string) => {
  const [, , indent = "  "] = /^(\S.*:[ \t]*(?:#.*)?)\r?\n( +)\S/m.exec(text) ?? []
  return {
    lineWidth: 0,
    indent: indent.length,
    flowCollectionPadding: /[[{] /.test(text) || !/[[{][^\s\]}]/.test(text),
    indentSeq: !/^( *)[^\s#-].*:[ \t]*\r?\n\1- /m.test(text)
  }
}

/** What an operator's own way of writing changes in a line of the library's: blanks, and nothing else. */
const plain = (line: string): string => line.replace(/\s+/g, "")

type Lines = ReadonlyArray<string>

/** How the lines as they were written differ from the library's: each alone where they differ in blanks only. */
const ownWays = (normal: Lines, written: Lines): ReadonlyArray<Hunk> => {
  const ways: Array<Hunk> = []
  let [at, place] = [0, 0]
  const alike = (end: number) => {
    for (; at < end; at++, place++) {
      if (normal[at] !== written[place])
        ways.push({ from: at, to: at + 1, lines: written.slice(place, place + 1) })
    }
  }
  for (const { from, to, lines } of hunksBetween(normal.map(plain), written.map(plain))) {
    alike(from)
    ways.push({ from, to, lines: written.slice(place, place + lines.length) })
    at = to
    place += lines.length
  }
  alike(normal.length)
  return ways
}

const clash = (one: Hunk, other: Hunk): boolean => one.from < other.to && other.from < one.to

/** `[a, b]`, as most people write lists, where the library gives lists and maps the same blanks. */
const tight = ({ lines, ...place }: Hunk): Hunk => ({
  ...place,
  lines: lines.map((line) => line.replace(/\[ (.*) \]/g, "[$1]"))
})

/** The edit in the lines as they were written; a line that it touches is written the library's way. */
const inPlace = (written: Lines, normal: Lines, edits: ReadonlyArray<Hunk>): Lines => {
  const kept = ownWays(normal, written).filter((way) => !edits.some((one) => clash(one, way)))
  return patched(
    normal,
    [...kept, ...edits].sort((a, b) => a.from - b.from || a.to - b.to)
  )
}

const sameContent = (one: string, other: string): boolean => {
  try {
    return (
      JSON.stringify(parse(one, { maxAliasCount: 100 })) ===
      JSON.stringify(parse(other, { maxAliasCount: 100 }))
    )
  } catch {
    return false // What cannot be read back is not the same.
  }
}

/** Undefined: something refers to what is not there any more. */
const writtenOf = (document: Document, manner: ReturnType<typeof mannerOf>): string | undefined => {
  try {
    return document.toString(manner)
  } catch {
    return undefined // The library says so by throwing.
  }
}

/** The new text, or one clause that says what is in the way. The text must be YAML without mistakes. */
export const editedText = (
  text: string,
  edits: ReadonlyArray<CatalogEdit>
): Either.Either<string, string> => {
  const document = parseDocument(text, { logLevel: "error" })
  if (document.errors.length > 0) return Either.left("the catalog has mistakes; mend them first")
  const manner = mannerOf(text)
  const normal = document.toString(manner)
  for (const one of edits) {
    const refused = edit(document, one)
    if (refused !== undefined) return Either.left(refused)
  }
  const edited = writtenOf(document, manner)
  if (edited === undefined)
    return Either.left("what would go bears an anchor (&) that other places refer to (*); change it by hand")
  const end = text.includes("\r\n") ? "\r\n" : "\n"
  const hunks = hunksBetween(linesOf(normal), linesOf(edited))
  const wishes = [/\[ /.test(text) ? hunks : hunks.map(tight), hunks]
  const kept = wishes.map((wish) => inPlace(linesOf(text), linesOf(normal), wish).join(end))
  return Either.right(kept.find((one) => sameContent(one, edited)) ?? edited)
}

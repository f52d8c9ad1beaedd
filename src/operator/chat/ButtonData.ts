// What a button carries: a word and its arguments, at most 64 bytes. Names of the catalog can be longer, so they go as a hash of the name, which
// means the same over restarts and changes of the catalog. Pure.
// @source https://core.telegram.org/bots/api#inlinekeyboardbutton "callback_data … 1-64 bytes" (2026-11)
import { createHash } from "node:crypto"
import type { Catalog } from "../../config/Catalog.ts"
import type { Target } from "../../outbox/Steering.ts"

/** 60 bits of it. */
const keyLength = 10

export const keyOf = ({ kind, id }: Target): string =>
  createHash("sha256").update(`${kind}/${id}`).digest("base64url").slice(0, keyLength)

export const dataOf = (word: string, ...args: ReadonlyArray<string | number>): string =>
  [word, ...args].join(":")

export interface Pressed {
  readonly word: string
  readonly args: ReadonlyArray<string>
}

export const pressedIn = (data: string): Pressed => {
  const [word = "", ...args] = data.split(":")
  return { word, args }
}

/** A whole number from 0; 0 for anything else, as buttons come from outside. */
export const numberIn = (text: string | undefined): number =>
  text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : 0

export const targetWith = (catalog: Catalog, key: string | undefined): Target | undefined =>
  [
    ...[...catalog.channels.keys()].map((id) => ({ kind: "channel" as const, id })),
    ...[...catalog.sources.keys()].map((id) => ({ kind: "source" as const, id }))
  ].find((target) => keyOf(target) === key)

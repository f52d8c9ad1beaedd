// Chance without state: the same seed and the same question always give the same answer, in whatever order the questions come (E23).
import { createHash } from "node:crypto"

/** Lower-case hex of the SHA-256 of the parts. */
export const digest = (...parts: ReadonlyArray<string | number | Uint8Array>): string => {
  const hash = createHash("sha256")
  for (const part of parts) hash.update(typeof part === "object" ? part : `${part}\0`)
  return hash.digest("hex")
}

/** From [0, 1). */
export const chance = (...parts: ReadonlyArray<string | number>): number =>
  Number.parseInt(digest(...parts).slice(0, 12), 16) / 2 ** 48

/** A whole number from 0 to `below` − 1. */
export const pick = (below: number, ...parts: ReadonlyArray<string | number>): number =>
  Math.floor(chance(...parts) * below)

// A soft abstract picture for each name: two colours blending, with a few discs of light. The same name always gives the same bytes.
import type { Effect } from "effect"
import { chance } from "../Chance.ts"
import { encodePng } from "./Png.ts"

const width = 640
const height = 400

type Color = readonly [number, number, number]

interface Disc {
  readonly x: number
  readonly y: number
  readonly radius: number
  readonly strength: number
}

/** Hue in turns; saturation and lightness from 0 to 1. */
const color = (hue: number, saturation: number, lightness: number): Color => {
  const channel = (shift: number) => {
    const k = (shift + hue * 12) % 12
    const amount = saturation * Math.min(lightness, 1 - lightness)
    return 255 * (lightness - amount * Math.max(-1, Math.min(k - 3, 9 - k, 1)))
  }
  return [channel(0), channel(8), channel(4)]
}

const discs = (name: string): ReadonlyArray<Disc> =>
  [0, 1, 2, 3].map((n) => ({
    x: chance(name, "x", n) * width,
    y: chance(name, "y", n) * height,
    radius: 40 + chance(name, "r", n) * 150,
    strength: 0.08 + chance(name, "s", n) * 0.14
  }))

/** How much light the discs throw on a point, with edges four pixels soft. */
const light = (all: ReadonlyArray<Disc>, x: number, y: number): number => {
  let sum = 0
  for (const disc of all) {
    const square = (x - disc.x) ** 2 + (y - disc.y) ** 2
    if (square >= disc.radius ** 2) continue
    const inner = disc.radius - 4
    sum += square <= inner ** 2 ? disc.strength : (disc.strength * (disc.radius - Math.sqrt(square))) / 4
  }
  return Math.min(1, sum)
}

const mixed = (from: number, to: number, blend: number, shine: number) => {
  const base = from * (1 - blend) + to * blend
  return base + (255 - base) * shine
}

/** A PNG of 640 × 400. */
export const picture = (name: string): Effect.Effect<Uint8Array> => {
  const hue = chance(name, "hue")
  const from = color(hue, 0.62, 0.5)
  const to = color(hue + 0.08 + chance(name, "turn") * 0.2, 0.6, 0.34)
  const slope = chance(name, "slope")
  const all = discs(name)
  const rgb = new Uint8Array(width * height * 3)
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const blend = (x / width) * slope + (y / height) * (1 - slope)
      const shine = light(all, x, y)
      rgb[at++] = mixed(from[0], to[0], blend, shine)
      rgb[at++] = mixed(from[1], to[1], blend, shine)
      rgb[at++] = mixed(from[2], to[2], blend, shine)
    }
  }
  return encodePng(width, height, rgb)
}

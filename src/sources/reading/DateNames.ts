// The month and zone names that feeds write, in the languages of the feeds that we met.
import { remembered } from "./Remembered.ts"

/** Each month by how its name begins, accents removed; where a language needs more letters to tell two months apart, they stand first. */
const months: ReadonlyArray<readonly [month: number, starts: string]> = [
  [6, "juin juni"],
  [7, "juil juli"],
  [1, "jan ene gen sty янв січ ιαν"],
  [2, "feb fev lut фев лют φεβ"],
  [3, "mar mrt maa бер мар μαρ"],
  [4, "apr abr avr kwi апр кві απρ"],
  [5, "may mai mag maj mei маи мая тра μαι"],
  [6, "jun giu cze июн чер ιουν"],
  [7, "jul lug lip июл лип ιουλ"],
  [8, "aug ago aou sie авг сер αυγ"],
  [9, "sep set wrz сен вер σεπ"],
  [10, "oct okt out ott paz окт жов οκτ"],
  [11, "nov nou noj lis ноя лис νοε"],
  [12, "dec dez dic dek gru des дек гру δεκ"]
]

const beginnings = months.flatMap(([month, starts]) =>
  starts.split(" ").map((start) => [start, month] as const)
)

/** 1 to 12 for a month's name, whole or shortened, in any case. */
export const monthNamed = remembered((name): number | undefined => {
  const plain = name
    .toLowerCase()
    .normalize("NFD")
    .replace(/\p{Mark}/gu, "")
  return beginnings.find(([start]) => plain.startsWith(start))?.[1]
})

const zones: Readonly<Record<string, number>> = {
  EST: -5,
  EDT: -4,
  CST: -6,
  CDT: -5,
  MST: -7,
  MDT: -6,
  PST: -8,
  PDT: -7,
  AKST: -9,
  AKDT: -8,
  HST: -10,
  AST: -4,
  ADT: -3,
  BRT: -3,
  ART: -3,
  WEST: 1,
  BST: 1,
  CET: 1,
  MEZ: 1,
  CEST: 2,
  MESZ: 2,
  SAST: 2,
  EET: 2,
  EEST: 3,
  MSK: 3,
  MSD: 4,
  IST: 5.5,
  SGT: 8,
  HKT: 8,
  AWST: 8,
  JST: 9,
  KST: 9,
  AEST: 10,
  AEDT: 11,
  NZST: 12,
  NZDT: 13
}

/**
 * Minutes east of UTC for "+0300", "+03:00", "GMT+3", "EST" …; 0 for UTC and for every name nobody knows.
 * @source https://datatracker.ietf.org/doc/html/rfc2822#section-4.3 (unknown and military zones count as -0000)
 */
export const zoneOffset = (zone: string): number => {
  const name = zone.trim().toUpperCase()
  const numeric = /^(?:GMT|UTC)?\s*([+-])(\d{1,2}):?(\d{2})?$/.exec(name)
  if (numeric === null) return (zones[name] ?? 0) * 60
  const minutes = Number(numeric[2]) * 60 + Number(numeric[3] ?? 0)
  return minutes > 14 * 60 ? 0 : numeric[1] === "-" ? -minutes : minutes
}

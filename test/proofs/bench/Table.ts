// The findings as a table for the terminal.
import type { Finding, Result, Spread } from "./Row.ts"

/** Three digits that count, with separators. */
export const number = (value: number): string =>
  Math.abs(value) >= 100
    ? Math.round(value).toLocaleString("en")
    : Number(value.toPrecision(3)).toLocaleString("en", { maximumFractionDigits: 6 })

export const range = ({ median, min, max }: Spread): string =>
  min === max ? number(median) : `${number(median)} (${number(min)}–${number(max)})`

/** The cells of a finding: what, ours, baseline, ratio, goal, whether it is met. */
export const cells = ({ what, unit, ours, baseline, ratio, goal, met }: Finding): ReadonlyArray<string> => [
  what,
  `${range(ours)} ${unit}`,
  baseline === undefined ? "–" : `${range(baseline)} ${unit}`,
  ratio === undefined ? "–" : `${range(ratio)}×`,
  goal ?? "–",
  met === undefined ? "" : met ? "met" : "MISSED"
]

export const header = ["", "Oncecast", "baseline", "ratio", "goal", ""]

/** A row's findings under its title. */
export const table = (
  { work, baseline }: { work: string; baseline: string },
  { findings }: Result
): string => {
  const lines = [header, ...findings.map(cells)]
  const widths = header.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? "").length)))
  const text = lines.map((line) =>
    `  ${line.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join("  ")}`.trimEnd()
  )
  return `${work}\n  baseline: ${baseline}\n${text.join("\n")}\n`
}

// The report as one page without scripts: the table, and the curves as SVG. Works offline and in both colour schemes.
import { curvePicture } from "./Picture.ts"
import type { Result } from "./Row.ts"
import { cells, header } from "./Table.ts"

interface Measured extends Result {
  readonly name: string
  readonly work: string
  readonly baseline: string
}

export const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")

const style = `body{font:15px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}
table{border-collapse:collapse;width:100%;margin:.5rem 0 1rem}td,th{text-align:left;padding:.25rem .75rem .25rem 0;border-bottom:1px solid #8884}
td{font-variant-numeric:tabular-nums}.missed{color:#c33;font-weight:600}.met{color:#2a8a4a}small{opacity:.7}
.curves{display:flex;flex-wrap:wrap;gap:1rem}svg{max-width:100%}`

const line = (of: ReadonlyArray<string>, tag: "td" | "th"): string =>
  `<tr>${of.map((cell) => `<${tag}${cell === "MISSED" || cell === "met" ? ` class="${cell.toLowerCase()}"` : ""}>${escaped(cell)}</${tag}>`).join("")}</tr>`

const section = ({ name, work, baseline, findings, curves }: Measured): string =>
  `<h2 id="${name}">${escaped(work)}</h2><p><small>${name} · baseline: ${escaped(baseline)}</small></p>
<table>${line(header, "th")}${findings.map((finding) => line(cells(finding), "td")).join("\n")}</table>
<div class="curves">${curves.map(curvePicture).join("\n")}</div>`

export const page = (machine: string, results: ReadonlyArray<Measured>): string => `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Oncecast: the bench</title>
<style>${style}</style><h1>The bench</h1><p>${escaped(machine)}. Median (least–greatest).</p>
${results.map(section).join("\n")}</html>
`

// Posts, latency, queue and memory over time: drawn on the server as simple lines, and by the script as charts that can be read off.
import { type Html, html } from "../../domain/Html.ts"
import type { Sample } from "../../outbox/Samples.ts"
import type { Page } from "./Layout.ts"
import { sparkline } from "./Sparkline.ts"

export const spans = [
  [1, "Hour"],
  [24, "Day"],
  [168, "Week"],
  [336, "Two weeks"]
] as const

/** About 100 points, whatever the span: as many as an eye tells apart, and each of some posts. */
export const spanMsOf = (hours: number): number => Math.max(1, Math.ceil((hours * 60) / 96)) * 60_000

const charts: ReadonlyArray<
  readonly [series: string, name: string, unit: string, of: (sample: Sample) => number]
> = [
  ["posts", "Posts", "", ({ posts }) => posts],
  ["latency", "From queued to sent, on average", "s", ({ latencyMs }) => (latencyMs ?? 0) / 1000],
  ["queued", "Posts waiting", "", ({ queued }) => queued],
  ["memory", "Memory", "MB", ({ memoryBytes }) => memoryBytes / 1_048_576]
]

const most = (values: ReadonlyArray<number>, unit: string): string =>
  `at most ${Math.round(Math.max(...values) * 10) / 10}${unit === "" ? "" : ` ${unit}`}`

export const chartsPage = (hours: number, samples: ReadonlyArray<Sample>): Page => ({
  title: "Charts",
  main: html`<div class="title"><h1>Charts</h1><nav class="spans" aria-label="Span">${spans.map(
    ([of, name]): Html =>
      html`<a href="charts?hours=${of}"${of === hours ? html` aria-current="true"` : undefined}>${name}</a>`
  )}</nav></div>
${
  samples.length < 2
    ? html`<p class="empty">A value is kept each minute while the service runs; the charts begin with the first two.</p>`
    : html`<div class="charts" data-hours="${hours}">${charts.map(
        ([series, name, unit, of]) =>
          html`<figure data-chart="${series}" data-unit="${unit}"><figcaption>${name} <span class="note">${most(samples.map(of), unit)}</span></figcaption>${sparkline(samples.map(of), `${name}, ${most(samples.map(of), unit)}`, 90)}</figure>`
      )}</div>`
}`
})

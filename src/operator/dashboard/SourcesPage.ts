// All sources, those that need a look first, and each by its state.
import { html } from "../../domain/Html.ts"
import type { SourceStatus, Status } from "../Status.ts"
import { type Tone, toneOf } from "../Verdict.ts"
import { entryPath } from "./CatalogPage.ts"
import type { Page } from "./Layout.ts"
import { activity, badge, linkTo, pager, said, section, sourcePath, table, when } from "./Parts.ts"
import { numberIn, type Visit } from "./Visit.ts"

const perPage = 100

const order: ReadonlyArray<Tone> = ["failing", "decide", "notice", "well"]
const rank = ({ activity }: SourceStatus) => order.indexOf(toneOf(activity.is))

const byState = (sources: ReadonlyArray<SourceStatus>) => {
  const counts = new Map<string, number>()
  for (const { activity } of sources) counts.set(activity.is, (counts.get(activity.is) ?? 0) + 1)
  return html`<p class="states"><a href="sources">${badge(`${sources.length} in all`, "well")}</a> ${[...counts].map(([is, of]) => html`<a href="sources?state=${is}">${badge(`${of} ${is}`, toneOf(is))}</a> `)}</p>`
}

const row = (source: SourceStatus, now: number) => ({
  key: source.id,
  cells: [
    html`${linkTo(sourcePath(source.id), source.id)}<small>${source.kind} · ${said(source.url, 90)}</small>`,
    activity(source.activity, now),
    source.items,
    source.lastPoll === null
      ? "not polled yet"
      : html`${when(source.lastPoll.at, now)}<small>${said(source.lastPoll.note, 160)}</small>`,
    source.lastPoll === null ? "–" : `${Math.round(source.lastPoll.tookMs)} ms`,
    source.to.join(", ")
  ]
})

export const sourcesPage = (visit: Visit, { sources, at }: Status): Page => {
  const state = visit.query.get("state")
  const from = numberIn(visit, "from", 0)
  const wanted = sources
    .filter(({ activity }) => state === null || activity.is === state)
    .toSorted((a, b) => rank(a) - rank(b))
  const further = `sources?from=${from + perPage}${state === null ? "" : `&state=${encodeURIComponent(state)}`}`
  return {
    title: "Sources",
    main: html`<h1>Sources</h1>${byState(sources)}${section(
      state === null ? "All" : said(state, 40),
      html`${table(
        "Sources",
        [
          { name: "Source" },
          { name: "Does" },
          { name: "Items", number: true },
          { name: "Last poll" },
          { name: "Took", number: true, wide: true },
          { name: "To", wide: true }
        ],
        wanted.slice(from, from + perPage).map((source) => row(source, at)),
        "None."
      )}${pager(from + perPage < wanted.length ? further : undefined, "More")}`,
      linkTo(entryPath("sources"), "Add a source")
    )}`
  }
}

// The page at `/`: the snapshot for people. No script, no request to anywhere else; reloads itself.
import { Html, html } from "../domain/Html.ts"
import type { ChannelStatus, SourceStatus, Status } from "./Status.ts"
import { activityText, relative, span } from "./Wording.ts"

const calm = ["running", "waiting"]
const tone = (is: string) => (calm.includes(is) ? "calm" : is === "paused" ? "still" : "alert")

const channelRow = (channel: ChannelStatus, status: Status): Html => {
  const counts = channel.ledger?.counts ?? {}
  const chat = channel.chat.replace(/^@/, "")
  return html`<tr>
    <th scope="row">${channel.id}<small>${channel.chat}</small></th>
    <td class="${tone(channel.activity.is)}">${activityText(channel.activity, status.at)}</td>
    <td class="number">${counts.queued ?? 0}<small>of ${channel.capacity}</small></td>
    <td class="number">${channel.ledger?.sentLastHour ?? 0}<small>${channel.ledger?.sentLastDay ?? 0} in 24 h</small></td>
    <td class="number">${(counts.unknown ?? 0) + (counts.parked ?? 0)}</td>
    <td class="number">${(counts.refused ?? 0) + (counts.expired ?? 0)}</td>
    <td>${channel.ledger?.lastSentAt ? relative(channel.ledger.lastSentAt, status.at) : "never"}</td>
    <td>${status.publishesTo?.includes("sandbox") ? html`<a href="sandbox/${encodeURIComponent(chat)}">open</a>` : undefined}</td>
  </tr>`
}

const sourceRow = (source: SourceStatus, now: number): Html => html`<tr>
    <th scope="row">${source.id}<small>${source.url}</small></th>
    <td class="${tone(source.activity.is)}">${activityText(source.activity, now)}</td>
    <td class="number">${source.items}</td>
    <td>${source.lastPoll === null ? "not polled yet" : html`${relative(source.lastPoll.at, now)}<small>${source.lastPoll.note}</small>`}</td>
    <td>${source.to.join(", ")}</td>
  </tr>`

const burstRow = (burst: Status["bursts"][number], now: number): Html => html`<li class="alert">
    <strong>${burst.source}</strong> brought ${burst.items} apparently new items at once (of ${burst.documentItems}),
    ${relative(burst.at, now)}; they are held. Decide: <code>oncecast release ${burst.source}</code>,
    <code>--newest 3</code> or <code>--discard</code>.
  </li>`

const parkedRow = (parked: Status["parked"][number], now: number): Html => html`<li class="alert">
    Nobody knows whether <strong>${parked.title}</strong> (delivery ${parked.id}) arrived in ${parked.channel}, ${relative(parked.stateAt, now)}:
    ${parked.reason ?? ""}. Look into the channel and decide: <code>oncecast settle ${parked.id} --sent MESSAGE_ID</code> or
    <code>--absent</code>.
  </li>`

const decisions = (status: Status): Html | undefined =>
  status.bursts.length + status.parked.length === 0
    ? undefined
    : html`<h2>Decisions</h2><ul>${status.parked.map((one) => parkedRow(one, status.at))}${status.bursts.map((burst) => burstRow(burst, status.at))}</ul>`

const limitsText = (status: Status): string => {
  if (status.limits === null) return "unknown"
  if (status.limits.kept === "redis") return "shared in Redis"
  if (status.limits.kept === "memory") return "kept in this process"
  return `kept here at a safe share, Redis is away: ${status.limits.why ?? ""}`
}

const style = `
:root { color-scheme: light dark; --line: light-dark(#d8dce2, #343a43); --soft: light-dark(#5b6470, #9aa4b2); }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 76rem; padding: 1.5rem 1rem 4rem;
  background: light-dark(#fbfcfd, #14171b); color: light-dark(#1c2128, #e6e9ee); }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
p:not(.alert) { color: var(--soft); } p { margin: .2rem 0 0; } .scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .5rem .8rem .5rem 0; vertical-align: top;
  border-bottom: 1px solid var(--line); } thead th { color: var(--soft); font-weight: 500; font-size: .85rem; }
small { display: block; color: var(--soft); font-weight: 400; overflow-wrap: anywhere; } .number { font-variant-numeric: tabular-nums; }
.calm { color: light-dark(#176b3a, #6fd39a); } .still { color: var(--soft); } .alert { color: light-dark(#a3330b, #ffa27a); }
code { font-size: .9em; } a { color: light-dark(#1a5fb4, #8ab8f5); }`

const head = (...names: ReadonlyArray<string>): Html =>
  html`<thead><tr>${names.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>`

export const statusPage = (status: Status): string =>
  html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="refresh" content="3"><title>Oncecast</title><style>${new Html(style)}</style></head><body>
<h1>Oncecast</h1>
<p>${status.version} · posts go to ${status.publishesTo ?? "nowhere"} · up ${span(status.at - (status.startedAt ?? status.at))} ·
rate limits ${limitsText(status)}</p>
${status.storage === null ? undefined : html`<p class="alert">${status.storage}</p>`}
${decisions(status)}
<h2>Channels</h2><div class="scroll"><table>
${head("Channel", "Does", "Queued", "Sent in 1 h", "To decide", "Not sent", "Last post", "")}
<tbody>${status.channels.map((channel) => channelRow(channel, status))}</tbody></table></div>
<h2>Sources</h2><div class="scroll"><table>
${head("Source", "Does", "Items known", "Last poll", "To")}
<tbody>${status.sources.map((source) => sourceRow(source, status.at))}</tbody></table></div>
</body></html>`.markup

// /status: the sentence that says whether all is well, what is not, and each channel in a line.
import type { Html } from "../../domain/Html.ts"
import { html } from "../../domain/Html.ts"
import { said } from "../dashboard/Parts.ts"
import type { ChannelStatus, Status } from "../Status.ts"
import { decisionsOf, type Incident, verdictOf } from "../Verdict.ts"
import { activityText, span } from "../Wording.ts"
import { dataOf } from "./ButtonData.ts"
import { button, lines, type Said } from "./Said.ts"

const mostIncidents = 6
const mostChannels = 12

const incident = (one: Incident, now: number): Html =>
  html`⚠️ ${said(one.about.replace("/", " "))} is ${said(activityText(one, now), 250)}`

const channel = ({ id, ledger }: ChannelStatus): Html =>
  html`<b>${said(id)}</b>: ${ledger?.counts.queued ?? 0} queued, ${ledger?.sentLastHour ?? 0} posts in 1 h, ${ledger?.sentLastDay ?? 0} in 24 h`

const rest = (left: number, what: string) => (left > 0 ? html`… and ${left} more ${what}` : undefined)

export const statusView = (status: Status): Said => {
  const { incidents, sentence } = verdictOf(status)
  const decisions = decisionsOf(status)
  const up = status.startedAt === null ? "" : `, up ${span(status.at - status.startedAt)}`
  return {
    text: lines(
      html`<b>${said(sentence, 500)}</b>`,
      ...incidents.slice(0, mostIncidents).map((one) => incident(one, status.at)),
      rest(incidents.length - mostIncidents, "incidents"),
      ...status.channels.slice(0, mostChannels).map(channel),
      rest(status.channels.length - mostChannels, "channels"),
      html`<i>Oncecast ${status.version}${up}, posts go to ${said(status.publishesTo ?? "nowhere")}</i>`
    ),
    buttons: [
      [
        button("Queue", dataOf("queue")),
        button("Channels", dataOf("channels")),
        button("Sources", dataOf("sources"))
      ],
      [
        ...(decisions === 0 ? [] : [button(`Decide (${decisions})`, dataOf("decisions"))]),
        button("Refresh", dataOf("status"))
      ]
    ]
  }
}

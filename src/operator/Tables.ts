// The snapshot and the outbox as text for a terminal. Text from feeds is stripped of control characters, so that it cannot steer one.
import type { Status } from "./Status.ts"
import { verdictOf } from "./Verdict.ts"
import type { WaitingRow } from "./Waits.ts"
import { activityText, due, relative, span } from "./Wording.ts"

/** Removes C0, C1 and bidirectional controls. */
export const plain = (text: string): string =>
  text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g, " ")

const cut = (text: string, width: number) => (text.length > width ? `${text.slice(0, width - 1)}…` : text)

/** Columns as wide as their widest cell, two spaces apart. */
export const table = (
  header: ReadonlyArray<string>,
  rows: ReadonlyArray<ReadonlyArray<string | number>>
): string => {
  const cells = [header, ...rows].map((row) => row.map((cell) => cut(plain(`${cell}`), 100)))
  const widths = header.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? "").length)))
  return cells
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd()
    )
    .join("\n")
}

const headline = (status: Status): string =>
  status.startedAt === null
    ? `Oncecast ${status.version}: this is what the database says. ${verdictOf(status).sentence}`
    : `Oncecast ${status.version}, up ${span(status.at - status.startedAt)}, posts go to ${status.publishesTo ?? "nowhere"}.\n${verdictOf(status).sentence}`

const channelRow = (channel: Status["channels"][number], now: number) => {
  const counts = channel.ledger?.counts ?? {}
  return [
    channel.id,
    channel.chat,
    `${counts.queued ?? 0}/${channel.capacity}`,
    channel.ledger?.sentLastHour ?? 0,
    channel.ledger?.sentLastDay ?? 0,
    (counts.unknown ?? 0) + (counts.parked ?? 0),
    (counts.refused ?? 0) + (counts.expired ?? 0),
    activityText(channel.activity, now)
  ]
}

const sourceRow = (source: Status["sources"][number], now: number) => [
  source.id,
  source.items,
  source.lastPoll === null ? "never" : relative(source.lastPoll.at, now),
  source.lastPoll?.note ?? "",
  activityText(source.activity, now)
]

/** What filters kept out, a line for each channel. */
const filteredText = ({ filtered }: Status): ReadonlyArray<string> =>
  [...new Set(filtered.map(({ channel }) => channel))].map((channel) => {
    const rules = filtered.filter((one) => one.channel === channel)
    return `Filters kept out of ${channel}: ${rules.map(({ rule, items }) => `${plain(rule)} (${items})`).join(", ")}`
  })

export const statusText = (status: Status): string =>
  [
    headline(status),
    ...(status.storage === null ? [] : [status.storage]),
    table(
      ["CHANNEL", "CHAT", "QUEUED", "SENT 1H", "24H", "TO DECIDE", "NOT SENT", "DOES"],
      status.channels.map((channel) => channelRow(channel, status.at))
    ),
    table(
      ["SOURCE", "ITEMS", "POLLED", "LAST POLL", "DOES"],
      status.sources.map((source) => sourceRow(source, status.at))
    ),
    ...filteredText(status),
    ...status.parked.map(
      (parked) =>
        `Nobody knows whether delivery ${parked.id} ("${cut(plain(parked.title), 60)}") arrived in ${parked.channel}: ${plain(parked.reason ?? "")}. ` +
        `Look, and decide: oncecast settle ${parked.id} --sent MESSAGE_ID | --absent`
    ),
    ...status.bursts.map(
      (burst) =>
        `${burst.source} brought ${burst.items} apparently new items at once; they are held. ` +
        `Decide: oncecast release ${burst.source} [--newest K | --discard]`
    )
  ].join("\n\n")

const whyOf = ({ reason, waits }: WaitingRow, now: number): string =>
  waits === null ? (reason ?? "") : waits.why + (waits.until === null ? "" : ` (${due(waits.until, now)})`)

export const deliveriesText = (rows: ReadonlyArray<WaitingRow>, now: number): string =>
  rows.length === 0
    ? "No deliveries."
    : table(
        ["ID", "CHANNEL", "SOURCE", "STATE", "SINCE", "TRIES", "TITLE", "WHY"],
        rows.map((row) => [
          row.id,
          row.channel,
          row.source,
          row.state,
          relative(row.stateAt, now),
          row.attempts,
          cut(row.title, 50),
          whyOf(row, now)
        ])
      )

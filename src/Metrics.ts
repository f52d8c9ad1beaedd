// Every metric: name with its unit, meaning, tags. Tags are names from the catalog, states and outcomes; never ids of items or
// deliveries (the registry keeps every tag set for ever). Promises: names are stable; a dashboard may rely on them.
import { Metric, MetricBoundaries } from "effect"

/** Exits of a supervised child that led to a restart. Tag: child. */
export const restarts = Metric.counter("oncecast_restarts_total", {
  description: "Restarts of supervised children",
  incremental: true
})

/** Tags: source, outcome (new, nothing-new, not-modified, unchanged, held, deferred, failed). */
export const sourcePolls = Metric.counter("oncecast_source_polls_total", {
  description: "Polls of sources by outcome",
  incremental: true
})

/** Items that stood twice in a document, or that another source had already delivered to the channel, and were not posted. Tag: source. */
export const duplicatesPrevented = Metric.counter("oncecast_duplicates_prevented_total", {
  description: "Deliveries that were not made because the channel already has the item",
  incremental: true
})

/** Tags: channel, state (the state that a delivery entered). */
export const deliveries = Metric.counter("oncecast_deliveries_total", {
  description: "Deliveries by the state that they entered",
  incremental: true
})

/** Tag: rule (of a filter in the catalog, as the operator wrote it: "price below 500"). */
export const filtered = Metric.counter("oncecast_filtered_total", {
  description: "New items that filters kept out",
  incremental: true
})

/** Sends whose outcome was not known. Tag: channel. */
export const unknown = Metric.counter("oncecast_unknown_total", {
  description: "Sends whose outcome could not be known at once",
  incremental: true
})

/** Tags: channel, verdict (found, absent, parked, given-up). */
export const unknownEnded = Metric.counter("oncecast_unknown_ended_total", {
  description: "Sends of unknown outcome by what was found out about them",
  incremental: true
})

/** Posts of ours that stood in a channel in excess and were taken away. Tag: channel. */
export const straysRemoved = Metric.counter("oncecast_strays_removed_total", {
  description: "Posts in excess that were taken away",
  incremental: true
})

/** Deliveries that wait. Tag: channel. */
export const outboxDepth = Metric.gauge("oncecast_outbox_depth", {
  description: "Deliveries queued by channel"
})

/** How long the oldest one that waits has waited; 0 when none does. Tag: channel. */
export const outboxOldest = Metric.gauge("oncecast_outbox_oldest_seconds", {
  description: "Time that the oldest queued delivery has waited"
})

/** Tag: channel. */
export const lastPost = Metric.gauge("oncecast_last_post_timestamp_seconds", {
  description: "Time of the last post, in epoch seconds; 0: there was none"
})

/** The dead-man's switch: 0 as well while the operator wants nothing to go out (pause, quiet hours, digest, cap). Tag: channel. */
export const silent = Metric.gauge("oncecast_silent_seconds", {
  description: "Time in which nothing was posted though there was something to post"
})

/** What waits for a person. Tag: kind (parked, burst, restored). */
export const decisions = Metric.gauge("oncecast_decisions", {
  description: "Decisions that wait for a person"
})

const seconds = MetricBoundaries.fromIterable([
  0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600
])

/** From queued to visible in the channel. Tag: channel. */
export const postLatency = Metric.histogram(
  "oncecast_post_latency_seconds",
  seconds,
  "Time from a delivery being queued to its post standing in the channel"
)

/** How long a call waited for its slot. Tag: channel. */
export const throttleWait = Metric.histogram(
  "oncecast_throttle_wait_seconds",
  seconds,
  "Time that a call waited until the limits let it go"
)

/** Channels that wait for their turn under the limits now. */
export const throttleWaiting = Metric.gauge("oncecast_throttle_waiting", {
  description: "Calls that wait until the limits let them go"
})

/** 1 while the Redis that should keep the limits is away, and a safe share of them is used. */
export const limitsDegraded = Metric.gauge("oncecast_limits_degraded", {
  description: "Whether the shared limits are out of reach"
})

/** Tag: kind (of the source: rss, page, ...). */
export const pollSeconds = Metric.histogram("oncecast_source_poll_seconds", seconds, "Time that a poll took")

/** In a row; 0 after a poll that went well. Tag: source. */
export const sourceFailures = Metric.gauge("oncecast_source_failures", {
  description: "Failed polls in a row"
})

/** 1 while a source is left alone because it keeps failing. Tag: source. */
export const sourceCircuitOpen = Metric.gauge("oncecast_source_circuit_open", {
  description: "Whether the circuit of a source is open"
})

/** 0 from a write that failed until one succeeds: nothing is sent meanwhile. */
export const storageWritable = Metric.gauge("oncecast_storage_writable", {
  description: "Whether the database takes writes"
})

export const databaseBytes = Metric.gauge("oncecast_database_bytes", { description: "Size of the database" })

/** Copied into the database above 8 MB; much more than that means that something reads for long. */
export const databaseLogBytes = Metric.gauge("oncecast_database_log_bytes", {
  description: "Size of the database's write-ahead log"
})

export const memoryBytes = Metric.gauge("oncecast_memory_bytes", {
  description: "Resident memory of the process"
})

/** How late a 500 ms timer fires: the time for which the event loop was held. */
export const eventLoopLag = Metric.gauge("oncecast_event_loop_lag_seconds", {
  description: "Delay of the event loop, the longest of the last interval"
})

/** Children by supervision state. Tag: state. */
export const children = Metric.gauge("oncecast_children", { description: "Supervised children by state" })

/** When the newest scheduled backup was made. */
export const lastBackup = Metric.gauge("oncecast_last_backup_timestamp_seconds", {
  description: "Time of the newest scheduled backup, in epoch seconds; 0: there is none"
})

/** Messages to admins and the webhook. Tags: recipient (admin, webhook), outcome (told, failed). */
export const alertsTold = Metric.counter("oncecast_alerts_total", {
  description: "Alert messages by what became of them",
  incremental: true
})

/** From an admin's command being understood to its answer having reached Telegram; the pace of their chat included. */
export const chatReply = Metric.histogram(
  "oncecast_chat_reply_seconds",
  seconds,
  "Time until an answer to an admin had reached Telegram"
)

/** Messages and presses of people who are not allowed. No tags: who they are is nobody's business. */
export const chatIgnored = Metric.counter("oncecast_chat_ignored_total", {
  description: "Messages and presses of people who are no admins",
  incremental: true
})

/** Answers that were not given, since too many of the same person waited. */
export const chatDropped = Metric.counter("oncecast_chat_dropped_total", {
  description: "Answers to an admin that were dropped because too many waited",
  incremental: true
})

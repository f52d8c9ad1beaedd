// Every call that arrived, how far it came and what became of it, and what can be read from that: the most calls in any sliding window, the calls
// whose clients were left in the dark. Pure; bounded to the newest calls.

/** The last point that a call reached. */
export type Reached = "accepted" | "received" | "processed" | "answered"

export interface CallRecord {
  readonly id: number
  /** Epoch milliseconds of its arrival. */
  readonly at: number
  readonly bot: number
  readonly method: string
  /** As the call named it; "" before the body was read. */
  chat: string
  /** What it takes from the flood budget; 0 for reads. */
  cost: number
  reached: Reached
  /** When it was done; absent: it never was. */
  landedAt?: number
  /** When its client was told, or lost the answer. */
  endedAt?: number
  /** HTTP status of the answer, or how the answer was lost. */
  outcome?: string
  /** Ids of messages that it made. */
  messageIds?: ReadonlyArray<number>
}

export interface CallLog {
  lastId: number
  records: Array<CallRecord>
}

const kept = 20_000
const spending = /^(?:send(?!chataction)|edit|forward|copy)/i

export const makeCallLog = (): CallLog => ({ lastId: 0, records: [] })

export const arrive = (log: CallLog, bot: number, method: string, at: number): CallRecord => {
  log.lastId += 1
  const record: CallRecord = { id: log.lastId, at, bot, method, chat: "", cost: 0, reached: "accepted" }
  log.records.push(record)
  if (log.records.length > kept * 1.1) log.records = log.records.slice(-kept)
  return record
}

/** What a call costs in the flood budget by its looks alone. */
export const costOf = (method: string, albumItems: number): number =>
  spending.test(method) ? Math.max(1, albumItems) : 0

/** Calls that were done, and whose clients never got the whole answer. */
export const unanswered = (log: CallLog): ReadonlyArray<CallRecord> =>
  log.records.filter((record) => record.landedAt !== undefined && record.reached !== "answered")

/** Calls that were done after their clients had lost the answer (E17). */
export const late = (log: CallLog): ReadonlyArray<CallRecord> =>
  log.records.filter((record) => (record.landedAt ?? 0) > (record.endedAt ?? Number.POSITIVE_INFINITY))

/** The most cost in any window of this length, both ends included. */
const busiest = (times: ReadonlyArray<readonly [number, number]>, windowMs: number): number => {
  let most = 0
  let sum = 0
  let from = 0
  for (const [at, cost] of times) {
    sum += cost
    while ((times[from]?.[0] ?? at) <= at - windowMs) {
      sum -= times[from]?.[1] ?? 0
      from += 1
    }
    most = Math.max(most, sum)
  }
  return most
}

export interface Windows {
  readonly perSecond: number
  readonly perMinute: number
}

/** The busiest second and minute at arrival, of one chat (by all names that calls use for it) or of all. */
export const windows = (log: CallLog, chatNames?: ReadonlyArray<string>): Windows => {
  const times = log.records
    .filter((record) => record.cost > 0 && (chatNames?.includes(record.chat) ?? true))
    .map((record) => [record.at, record.cost] as const)
    .sort(([a], [b]) => a - b)
  return { perSecond: busiest(times, 1000), perMinute: busiest(times, 60_000) }
}

// What the operator wants to be told of, and when.

export interface AlertTerms {
  /** False: nobody is told anything. */
  readonly on: boolean
  /** A channel that had something to post for so long, and posted nothing, is told of; ms. */
  readonly silenceMs: number
  /** A queue in which something waits longer is told of; ms. */
  readonly backlogMs: number
  /** When the daily summary is told, minutes after midnight; absent: never. */
  readonly daily?: number
  /** The wall clock of that; an IANA time zone. */
  readonly zone: string
  /** What is never told of: "source/shop", "backups". */
  readonly mute: ReadonlyArray<string>
}

export const alertDefaults: AlertTerms = {
  on: true,
  silenceMs: 12 * 3_600_000,
  backlogMs: 36 * 3_600_000,
  daily: 540,
  zone: "UTC",
  mute: []
}

/** What an alert can be about, besides `channel/NAME` and `source/NAME`. */
export const alertSubjects = [
  "database",
  "disk",
  "limits",
  "children",
  "backups",
  "catalog",
  "webhook"
] as const

// The rows of the bench in the order of the table, by the names that `npm run bench -- NAME…` knows.
import type { Row } from "./Row.ts"

export const rows: Readonly<Record<string, () => Promise<Row>>> = {
  "look-up": async () => (await import("./rows/LookUp.ts")).lookUpRow,
  intake: async () => (await import("./rows/Intake.ts")).intakeRow,
  "warm-poll": async () => (await import("./rows/WarmPoll.ts")).warmPollRow,
  "cold-ingest": async () => (await import("./rows/ColdIngest.ts")).coldIngestRow,
  parsing: async () => (await import("./rows/Parsing.ts")).parsingRow,
  posting: async () => (await import("./rows/Posting.ts")).postingRow,
  "throttle-take": async () => (await import("./rows/ThrottleTake.ts")).throttleTakeRow,
  "throttle-accuracy": async () => (await import("./rows/ThrottleAccuracy.ts")).throttleAccuracyRow,
  freshness: async () => (await import("./rows/Freshness.ts")).freshnessRow,
  "loop-delay": async () => (await import("./rows/LoopDelay.ts")).loopDelayRow,
  installation: async () => (await import("./rows/Installation.ts")).installationRow,
  growth: async () => (await import("./rows/Growth.ts")).growthRow
}

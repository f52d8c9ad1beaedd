// The rows of the bench in the order of the table, by the names that `npm run bench -- NAME…` knows.
import type { Row } from "./Row.ts"

export const rows: Readonly<Record<string, () => Promise<Row>>> = {
  "look-up": async () => (await import("./rows/LookUp.ts")).lookUpRow,
  intake: async () => (await import("./rows/Intake.ts")).intakeRow,
  "warm-poll": async () => (await import("./rows/WarmPoll.ts")).warmPollRow,
  "cold-ingest": async () => (await import("./rows/ColdIngest.ts")).coldIngestRow,
  parsing: async () => (await import("./rows/Parsing.ts")).parsingRow,
  posting: async () => (await import("./rows/Posting.ts")).postingRow,
  "throttle-take": async () => (await import("./rows/ThrottleTake.ts")).throttleTakeRow
}

// `npm run exam`: takes the exam and prints the table. Exit 1 when any number that must be zero is not.
import { Effect, Logger, LogLevel } from "effect"
import { exam, isClean, type Result } from "./Exam.ts"

const row = ({ situation, expected, sent, lost, doubled, violations }: Result) =>
  `${situation.padEnd(44)}${[expected, sent, lost, doubled, violations].map((cell) => `${cell}`.padStart(11)).join("")}`

process.stdout.write("The exam takes about seven minutes: the burst goes out at Telegram's pace.\n\n")

const results = await Effect.runPromise(exam.pipe(Logger.withMinimumLogLevel(LogLevel.Error)))
const header = ["items", "sent", "lost", "doubled", "violations"].map((name) => name.padStart(11)).join("")
process.stdout.write(`${"situation".padEnd(44)}${header}\n${results.map(row).join("\n")}\n\n`)
const failed = results.filter((result) => !isClean(result))
process.stdout.write(
  failed.length === 0 ? "Nothing lost, nothing doubled.\n" : `${failed.length} situations failed.\n`
)
process.exit(failed.length === 0 ? 0 : 1)

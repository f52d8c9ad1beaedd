// The log of a service whose reader has gone to sleep.
import { PassThrough } from "node:stream"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Logger } from "effect"
import { bounded } from "../../src/operator/Logging.ts"

describe("a log that nobody reads", () => {
  it.effect("takes no more than a few megabytes, and tells afterwards what was left out", () =>
    Effect.gen(function* () {
      const pipe = new PassThrough()
      const plain = Logger.map(Logger.logfmtLogger, (line) => void pipe.write(`${line}\n`))
      const log = (words: string) =>
        Effect.log(words).pipe(Effect.provide(Logger.replace(Logger.defaultLogger, logger)))
      const logger = bounded(plain, pipe)
      const long = "x".repeat(100_000)
      yield* Effect.repeatN(log(long), 199)
      assert.isBelow(pipe.writableLength, 5_000_000)
      const read = String(pipe.read())
      const kept = read.split("\n").length - 1
      assert.isAbove(kept, 0)
      while (pipe.read() !== null);
      yield* log("somebody is here again")
      const said = String(pipe.read()).split("\n")
      assert.match(said[0] ?? "", /level=WARN .*message="\d+ log lines were left out: nobody read the log"/)
      assert.match(said[1] ?? "", /somebody is here again/)
    })
  )
})

// The sentence that an operator reads for each kind of end.
import { assert, describe, it } from "@effect/vitest"
import { Cause, Exit, FiberId } from "effect"
import { StorageFailed } from "../../src/domain/StorageFailed.ts"
import { causeOf, reasonOf } from "../../src/supervision/ExitReason.ts"

describe("the reason of an end", () => {
  it("is the message of the error, one line, never a stack trace", () => {
    assert.strictEqual(reasonOf(Cause.die(new TypeError("x is undefined\n    at line 3"))), "x is undefined")
    assert.strictEqual(reasonOf(Cause.fail("boom")), "boom")
    assert.strictEqual(
      reasonOf(Cause.fail(new StorageFailed({ operation: "commit", reason: "full", cause: "ENOSPC" }))),
      "The database could not commit: the disk is full; free space and it goes on by itself."
    )
  })

  it("names an interruption and a return for what they are", () => {
    assert.strictEqual(reasonOf(Cause.interrupt(FiberId.none)), "It was interrupted from outside.")
    assert.strictEqual(
      reasonOf(causeOf(Exit.succeed(1))),
      "The child returned, although it must run for ever."
    )
  })

  it("is never longer than 200 characters", () => {
    assert.strictEqual(reasonOf(Cause.fail("x".repeat(1000))).length, 200)
  })
})

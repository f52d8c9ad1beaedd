// How a wait reads: nothing that is still to come lies in the past.
import { assert, describe, it } from "@effect/vitest"
import { activityText } from "../../src/operator/Wording.ts"

describe("what a channel waits for", () => {
  const at = (until: number | null) => activityText({ is: "waiting", why: "its turn", until }, 60_000)

  it("is told with the time that is left, and with none where it has no end", () => {
    assert.strictEqual(at(72_000), "waiting: its turn (in 12 s)")
    assert.strictEqual(at(null), "waiting: its turn")
  })

  it("is due now when its time has come, however long ago", () => {
    assert.strictEqual(at(60_000), "waiting: its turn (now)")
    assert.strictEqual(at(51_000), "waiting: its turn (now)")
  })
})

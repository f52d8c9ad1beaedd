// How long a chat rests, whatever happens to the clocks meanwhile.
import { assert, describe, it } from "@effect/vitest"
import { Holds } from "../../src/throttle/Holds.ts"

const noon = 43_200_000
const held = (holds: Holds, date: number, monotonic: number) => holds.ask("@deals", { date, monotonic })

const resting = () => {
  const holds = new Holds()
  holds.hold("@deals", noon + 30_000, { date: noon, monotonic: 1_000 })
  return holds
}

describe("a hold", () => {
  it("lasts as long as it was meant to when the date is set back meanwhile", () => {
    const holds = resting()
    const before = noon - 3_600_000
    assert.strictEqual(held(holds, before, 11_000)?.ms, 20_000)
    assert.isUndefined(held(holds, before, 31_000))
  })

  it("is over by the date after the machine was suspended, when the other clock stands still", () => {
    assert.isUndefined(held(resting(), noon + 3_600_000, 2_000))
  })

  it("of the future, from before the date was set back, does not outweigh a new one", () => {
    const holds = resting()
    holds.hold("@deals", noon - 3_600_000 + 60_000, { date: noon - 3_600_000, monotonic: 11_000 })
    assert.strictEqual(held(holds, noon - 3_600_000, 11_000)?.ms, 60_000)
  })
})

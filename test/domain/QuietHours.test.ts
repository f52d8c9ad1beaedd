// Quiet hours by the wall clock of their zone, over midnight and over changes of the clock.
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import type { QuietHours } from "../../src/domain/Channel.ts"
import { nextAllowed, quietAt } from "../../src/domain/QuietHours.ts"

const hours = (from: string, to: string, zone: string, mode: QuietHours["mode"] = "hold"): QuietHours => {
  const minutes = (time: string) => {
    const [hour = 0, minute = 0] = time.split(":").map(Number)
    return hour * 60 + minute
  }
  return { from: minutes(from), to: minutes(to), zone, mode }
}
const at = (iso: string) => Date.parse(iso)
const iso = (millis: number) => new Date(millis).toISOString()
const until = (quiet: QuietHours, now: string) => iso(nextAllowed(quiet, at(now)))

const night = hours("23:00", "08:00", "Europe/Berlin")

describe("quiet hours", () => {
  const rows: ReadonlyArray<readonly [promise: string, quiet: QuietHours, now: string, allowed: string]> = [
    ["before midnight, until the morning", night, "2026-01-10T22:30:00Z", "2026-01-11T07:00:00.000Z"],
    ["after midnight, until the same morning", night, "2026-01-11T02:00:00Z", "2026-01-11T07:00:00.000Z"],
    ["begin with their first minute", night, "2026-01-10T22:00:00Z", "2026-01-11T07:00:00.000Z"],
    ["end with their last", night, "2026-01-11T07:00:00Z", "2026-01-11T07:00:00.000Z"],
    [
      "by day, within one day",
      hours("12:00", "14:00", "UTC"),
      "2026-01-10T13:59:59Z",
      "2026-01-10T14:00:00.000Z"
    ],
    ["over the end of a year", night, "2026-12-31T23:30:00Z", "2027-01-01T07:00:00.000Z"],
    ["in the night that lacks an hour", night, "2026-03-28T23:00:00Z", "2026-03-29T06:00:00.000Z"],
    ["in the night that has one more", night, "2026-10-24T23:00:00Z", "2026-10-25T07:00:00.000Z"],
    [
      "that end in the hour that is left out, until after it",
      hours("22:00", "02:30", "Europe/Berlin"),
      "2026-03-29T00:30:00Z",
      "2026-03-29T01:00:00.000Z"
    ],
    [
      "that end in the hour that comes twice, the first time",
      hours("22:00", "02:30", "Europe/Berlin"),
      "2026-10-24T23:30:00Z",
      "2026-10-25T00:30:00.000Z"
    ],
    [
      "and again the second time, when the first is past",
      hours("22:00", "02:30", "Europe/Berlin"),
      "2026-10-25T01:15:00Z",
      "2026-10-25T01:30:00.000Z"
    ],
    [
      "in a zone of half hours",
      hours("23:00", "06:30", "Asia/Kolkata"),
      "2026-05-01T20:00:00Z",
      "2026-05-02T01:00:00.000Z"
    ],
    [
      "with equal ends are none",
      hours("08:00", "08:00", "UTC"),
      "2026-01-10T08:00:00Z",
      "2026-01-10T08:00:00.000Z"
    ]
  ]
  for (const [promise, quiet, now, allowed] of rows) {
    it(promise, () => assert.strictEqual(until(quiet, now), allowed))
  }

  it("may let posts go without a sound instead", () => {
    const soft = { ...night, mode: "silent" as const }
    assert.strictEqual(quietAt(soft, at("2026-01-10T22:30:00Z"))._tag, "Silent")
    assert.strictEqual(quietAt(soft, at("2026-01-10T12:00:00Z"))._tag, "Open")
    assert.strictEqual(until(soft, "2026-01-10T22:30:00Z"), "2026-01-10T22:30:00.000Z")
  })

  it("absent, nothing is held", () => assert.strictEqual(quietAt(undefined, 0)._tag, "Open"))

  it("end within 26 hours, and what they allow is allowed", () => {
    const any = fc.record({
      from: fc.integer({ min: 0, max: 1439 }),
      to: fc.integer({ min: 0, max: 1439 }),
      zone: fc.constantFrom(
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe",
        "Asia/Kathmandu",
        "UTC"
      ),
      mode: fc.constant("hold" as const)
    })
    const moment = fc.integer({ min: at("2026-01-01"), max: at("2027-12-31") })
    fc.assert(
      fc.property(any, moment, (quiet, now) => {
        const allowed = nextAllowed(quiet, now)
        assert.isAtLeast(allowed, now)
        assert.isAtMost(allowed - now, 26 * 3_600_000)
        assert.strictEqual(nextAllowed(quiet, allowed), allowed)
      }),
      { numRuns: 500 }
    )
  })
})

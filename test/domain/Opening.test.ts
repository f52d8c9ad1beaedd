// Posting windows, the spread of a backlog and the times of digests, in virtual time, on days that have 23, 24 and 25 hours.
import { assert, describe, it } from "@effect/vitest"
import { DateTime } from "effect"
import * as fc from "fast-check"
import type { DayHours } from "../../src/domain/Choice.ts"
import { dayOf, everyDay, momentsOf, spansOf, without } from "../../src/domain/LocalHours.ts"
import { closedAt, digestAt, digestTerms, openSpans, spreadAt } from "../../src/domain/Opening.ts"

const at = (text: string) => Date.parse(text)
const iso = (millis: number) => new Date(millis).toISOString().replace(".000Z", "Z")
const minutes = (time: string) => {
  const [hour = 0, minute = 0] = time.split(":").map(Number)
  return hour * 60 + minute
}
const window = (from: string, to: string, days = everyDay): DayHours => ({
  from: minutes(from),
  to: minutes(to),
  days
})
const workdays = [1, 2, 3, 4, 5]
const hourMs = 3_600_000
const zones = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"] as const
const anyZone = fc.constantFrom(...zones)
const anyMoment = fc.integer({ min: at("2026-01-01"), max: at("2027-12-31") })
const anyMinute = fc.integer({ min: 0, max: 1439 })
const anyHours = fc.record({ from: anyMinute, to: anyMinute, days: fc.subarray([...everyDay]) })

/** Whether the wall clock shows one of the hours: the plain reading of what an operator wrote. */
const shown = (hours: ReadonlyArray<DayHours>, zone: string, now: number): boolean => {
  const parts = DateTime.toParts(DateTime.unsafeMakeZoned(now, { timeZone: zone }))
  const minute = parts.hours * 60 + parts.minutes
  const yesterday = (parts.weekDay + 6) % 7
  return hours.some(({ from, to, days }) =>
    from <= to
      ? minute >= from && minute < to && days.includes(parts.weekDay)
      : (minute >= from && days.includes(parts.weekDay)) || (minute < to && days.includes(yesterday))
  )
}

describe("spans of hours", () => {
  it("hold exactly the moments at which the wall clock shows them, over every change of the clock", () => {
    fc.assert(
      fc.property(fc.array(anyHours, { maxLength: 3 }), anyZone, anyMoment, (hours, zone, from) => {
        const to = from + 30 * hourMs
        const spans = spansOf(hours, zone, from, to)
        for (let now = from; now < to; now += 17 * 60_000) {
          const within = spans.some((span) => now >= span.from && now < span.to)
          assert.strictEqual(within, shown(hours, zone, now), iso(now))
        }
        for (const [index, span] of spans.entries()) {
          assert.isBelow(span.from, span.to)
          assert.isBelow(spans[index - 1]?.to ?? 0, span.from)
        }
      }),
      { numRuns: 200 }
    )
  })

  it("of a day are 23 hours in spring, 25 in autumn and 24.5 where the clock is changed by half an hour", () => {
    const lengthOf = (zone: string, now: string) => {
      const { from, to } = dayOf(zone, at(now))
      return (to - from) / hourMs
    }
    assert.strictEqual(lengthOf("Europe/Berlin", "2026-03-29T12:00:00Z"), 23)
    assert.strictEqual(lengthOf("Europe/Berlin", "2026-10-25T12:00:00Z"), 25)
    assert.strictEqual(lengthOf("Australia/Lord_Howe", "2026-04-05T12:00:00Z"), 24.5)
    assert.strictEqual(lengthOf("UTC", "2026-03-29T12:00:00Z"), 24)
  })

  it("are cut where others lie over them", () => {
    const day = { from: 0, to: 100 }
    assert.deepStrictEqual(
      without(
        [day],
        [
          { from: 20, to: 30 },
          { from: 90, to: 200 }
        ]
      ),
      [
        { from: 0, to: 20 },
        { from: 30, to: 90 }
      ]
    )
    assert.deepStrictEqual(without([day], [{ from: 0, to: 100 }]), [])
  })
})

describe("moments of a day", () => {
  it("come once a day: in the hour that comes twice the first time, and after the gap when they are left out", () => {
    const half = [minutes("02:30")]
    const found = (from: string, to: string) => momentsOf(half, "Europe/Berlin", at(from), at(to)).map(iso)
    assert.deepStrictEqual(found("2026-03-28T00:00:00Z", "2026-03-30T22:00:00Z"), [
      "2026-03-28T01:30:00Z",
      "2026-03-29T01:00:00Z",
      "2026-03-30T00:30:00Z"
    ])
    assert.deepStrictEqual(found("2026-10-24T00:00:00Z", "2026-10-26T22:00:00Z"), [
      "2026-10-24T00:30:00Z",
      "2026-10-25T00:30:00Z",
      "2026-10-26T01:30:00Z"
    ])
  })

  it("are as many as days, wherever one begins to look", () => {
    fc.assert(
      fc.property(anyMinute, anyZone, anyMoment, (minute, zone, from) => {
        const found = momentsOf([minute], zone, from, from + 10 * 24 * hourMs)
        assert.isAtLeast(found.length, 9)
        assert.isAtMost(found.length, 11)
        const later = momentsOf([minute], zone, from + 1, from + 10 * 24 * hourMs)
        assert.deepStrictEqual(
          later,
          found.filter((one) => one > from)
        )
      }),
      { numRuns: 200 }
    )
  })
})

describe("posting windows", () => {
  const office = { zone: "Europe/Berlin", windows: [window("09:00", "12:00", workdays)] }
  it("say until when the channel is closed, over nights, weekends and changes of the clock", () => {
    const until = (now: string) => iso(closedAt(office, at(now))?.until ?? 0)
    assert.strictEqual(closedAt(office, at("2026-03-27T08:00:00Z")), undefined)
    assert.strictEqual(until("2026-03-27T11:00:00Z"), "2026-03-30T07:00:00Z")
    assert.strictEqual(until("2026-03-26T11:00:00Z"), "2026-03-27T08:00:00Z")
    assert.strictEqual(until("2026-10-23T10:00:00Z"), "2026-10-26T08:00:00Z")
  })

  it("are cut by quiet hours, and the reason says which it was", () => {
    const channel = {
      ...office,
      quiet: { from: minutes("10:00"), to: minutes("11:00"), zone: "Europe/Berlin", mode: "hold" as const }
    }
    const why = (now: string) => closedAt(channel, at(now))
    assert.deepStrictEqual(why("2026-01-05T09:30:00Z"), {
      until: at("2026-01-05T10:00:00Z"),
      why: "quiet hours"
    })
    assert.strictEqual(why("2026-01-05T11:00:00Z")?.why, "outside its posting windows")
    assert.strictEqual(
      closedAt({ ...channel, quiet: { ...channel.quiet, mode: "silent" } }, at("2026-01-05T09:30:00Z")),
      undefined
    )
  })

  it("open exactly when they say", () => {
    fc.assert(
      fc.property(
        fc.array(anyHours, { minLength: 1, maxLength: 3 }),
        anyZone,
        anyMoment,
        (windows, zone, now) => {
          const channel = { zone, windows }
          const closed = closedAt(channel, now)
          if (closed === undefined) return assert.isTrue(shown(windows, zone, now))
          assert.isAbove(closed.until, now)
          const none = openSpans(channel, now, now + 8 * 24 * hourMs).length === 0
          if (!none) assert.strictEqual(closedAt(channel, closed.until), undefined)
          assert.isFalse(shown(windows, zone, closed.until - 1) && !none)
        }
      ),
      { numRuns: 300 }
    )
  })
})

describe("a spread backlog", () => {
  /** Posts as soon as it is permitted, all day long. */
  const posted = (channel: Parameters<typeof spreadAt>[0], waiting: number, from: number) => {
    const times: Array<number> = []
    let now = from
    const { to } = dayOf(channel.zone ?? "UTC", from)
    while (times.length < waiting && now < to) {
      const backlog = {
        queued: waiting - times.length,
        oldestQueuedAt: from,
        lastSentAt: times.at(-1) ?? null
      }
      const wait = closedAt(channel, now) ?? spreadAt(channel, backlog, now)
      if (wait === undefined) times.push(now)
      else now = wait.until
    }
    return times
  }

  it("goes out evenly in the open time that is left, all of it before the day ends", () => {
    const channel = {
      zone: "Europe/Berlin",
      windows: [window("09:00", "12:00"), window("14:00", "17:00")],
      spread: true
    }
    for (const day of ["2026-03-29", "2026-10-25", "2026-06-01"]) {
      const times = posted(channel, 6, at(`${day}T00:30:00Z`))
      const local = times.map((time) =>
        new Date(time).toLocaleTimeString("en-GB", {
          timeZone: "Europe/Berlin",
          hour: "2-digit",
          minute: "2-digit"
        })
      )
      assert.deepStrictEqual(local, ["09:00", "10:00", "11:00", "14:00", "15:00", "16:00"], day)
    }
  })

  it("of any size goes out on its day in equal steps of open time", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), anyZone, anyMoment, (waiting, zone, from) => {
        const channel = { zone, windows: [window("08:00", "20:00")], spread: true }
        const open = openSpans(channel, from, dayOf(zone, from).to)
        const total = open.reduce((sum, span) => sum + span.to - span.from, 0)
        fc.pre(total > hourMs)
        const times = posted(channel, waiting, from)
        assert.strictEqual(times.length, waiting)
        for (const [index, time] of times.entries()) {
          const next = times[index + 1] ?? time + total / waiting
          assert.approximately(next - time, total / waiting, 50)
        }
      }),
      { numRuns: 200 }
    )
  })

  it("does not make the first post of a day wait, nor one that a clock from the future sent before", () => {
    const channel = { zone: "UTC", spread: true }
    const now = at("2026-05-05T10:00:00Z")
    const backlog = { queued: 3, oldestQueuedAt: now }
    assert.strictEqual(
      spreadAt(channel, { ...backlog, lastSentAt: at("2026-05-04T23:59:00Z") }, now),
      undefined
    )
    assert.strictEqual(spreadAt(channel, { ...backlog, lastSentAt: now + hourMs }, now), undefined)
    assert.strictEqual(spreadAt({ zone: "UTC" }, { ...backlog, lastSentAt: now - 1 }, now), undefined)
  })
})

describe("the times of a digest", () => {
  const digest = { items: 10, at: [minutes("09:00"), minutes("18:00")] }
  const channel = { zone: "Europe/Berlin", digest }

  it("take what was found by the last one, and name the next one", () => {
    const now = at("2026-03-29T08:00:00Z")
    assert.strictEqual(iso(digestTerms(channel, now)?.queuedBy ?? 0), "2026-03-29T07:00:00Z")
    assert.strictEqual(iso(digestAt(channel, { oldestQueuedAt: now }, now).until), "2026-03-29T16:00:00Z")
    const exactly = at("2026-03-29T16:00:00Z")
    assert.strictEqual(digestTerms(channel, exactly)?.queuedBy, exactly)
    assert.strictEqual(
      iso(digestAt(channel, { oldestQueuedAt: null }, exactly).until),
      "2026-03-30T07:00:00Z"
    )
  })

  it("without times are when it is full, or when its oldest has waited long enough", () => {
    const now = at("2026-01-01T00:00:00Z")
    const patient = { digest: { items: 5, at: [], withinMs: hourMs } }
    assert.strictEqual(digestTerms(patient, now)?.lateBy, now - hourMs)
    assert.strictEqual(digestAt(patient, { oldestQueuedAt: now - 1000 }, now).until, now - 1000 + hourMs)
    assert.strictEqual(
      digestAt({ digest: { items: 5, at: [] } }, { oldestQueuedAt: now }, now).until,
      Number.POSITIVE_INFINITY
    )
  })
})

// What explains a child that does not run, and what does not: the looks of a world, one after the other.
import { assert, describe, it } from "@effect/vitest"
import { Children, type Look } from "../../src/simulation/Children.ts"
import { type FaultName, referenceScenario } from "../../src/simulation/Scenario.ts"
import { ChildId, type ChildState } from "../../src/supervision/ChildState.ts"

const hour = 3_600_000
const shop = ChildId.make("source/shop")

const children = (...faults: ReadonlyArray<FaultName>) =>
  new Children({ ...referenceScenario({ seed: 1, hours: 1 }), faults }, () => undefined)

const at = (now: number, state: ChildState, id = shop): Look => ({
  owner: "program1/1",
  children: new Map([[id, state]]),
  wanted: [id],
  date: now,
  now
})

const waiting: ChildState = { _tag: "Waiting", until: hour, why: "its next poll" }
const running: ChildState = { _tag: "Running", since: 0 }

describe("each child runs or is explained:", () => {
  it("one that the catalog wants and nobody keeps is not", () => {
    const look = { ...at(0, running), wanted: [shop, "channel/deals"] }
    assert.strictEqual(children().unexplained(look), "channel/deals is not there")
  })

  it.each<ChildState>([
    waiting,
    { _tag: "OpenCircuit", until: hour, why: "it answers 503" },
    { _tag: "Restarting", at: hour, attempt: 1, cause: "a bug" },
    { _tag: "Quarantined", since: 0, probeAt: hour, cause: "a bug" },
    { _tag: "Starting", since: hour },
    { _tag: "Stopping", since: hour, why: "a reload" }
  ])("$_tag explains it for an hour after its time, and no longer", (state) => {
    assert.isUndefined(children().unexplained(at(2 * hour, state)))
    assert.include(children().unexplained(at(2 * hour + 1, state)) ?? "", "source/shop is overdue")
  })

  it("a date that jumps and a machine that sleeps may account for more", () => {
    assert.isUndefined(children("clock-jumps").unexplained(at(3 * hour, waiting)))
    assert.isDefined(children("clock-jumps").unexplained(at(4 * hour, waiting)))
    assert.isUndefined(children("suspends").unexplained(at(14 * hour, waiting)))
    assert.isDefined(children("suspends").unexplained(at(14 * hour + 1, waiting)))
  })

  it("one that has ended for good is not; one that somebody paused is, for ever", () => {
    const ended: ChildState = { _tag: "Stopped", since: 0, why: "it is no longer kept" }
    assert.isDefined(children().unexplained(at(1, ended)))
    assert.isUndefined(
      children().unexplained(at(1_000 * hour, { _tag: "Paused", since: 0, why: "a person" }))
    )
  })

  it("a source at work for more than three hours is not, unless it rested between two looks", () => {
    const busy = children()
    assert.isUndefined(busy.unexplained(at(0, running)))
    assert.isUndefined(busy.unexplained(at(3 * hour, running)))
    assert.strictEqual(busy.unexplained(at(3 * hour + 1, running)), "source/shop is busy without an end")
    const rested = children()
    rested.unexplained(at(0, running))
    rested.unexplained(at(hour, waiting))
    assert.isUndefined(rested.unexplained(at(4 * hour, running)))
  })

  it("another life of the program begins anew; who reads updates or keeps house is at work for ever", () => {
    const busy = children()
    busy.unexplained(at(0, running))
    assert.isUndefined(busy.unexplained({ ...at(4 * hour, running), owner: "program1/2" }))
    const bot = ChildId.make("bot/publisher")
    busy.unexplained(at(0, running, bot))
    assert.isUndefined(busy.unexplained(at(100 * hour, running, bot)))
  })
})

// What a feed wrote is text in a spreadsheet, never a formula, and cannot break out of its cell.
import { assert, describe, it } from "@effect/vitest"
import { ChannelId, DeliveryId, SourceId } from "../../src/domain/Names.ts"
import { csvRows } from "../../src/operator/Csv.ts"

const row = (title: string) =>
  csvRows([
    {
      id: DeliveryId.make(1),
      channel: ChannelId.make("deals"),
      source: SourceId.make("shop"),
      title,
      link: null,
      event: "new",
      state: "sent",
      reason: null,
      attempts: 1,
      attempt: null,
      queuedAt: 0,
      stateAt: 1_000,
      dueAt: 0,
      messageIds: [7, 8]
    }
  ])

describe("deliveries as CSV", () => {
  it("have no cell that a spreadsheet takes for a formula", () => {
    for (const title of [
      "=1+1",
      "+1",
      "-1",
      "@SUM(A1)",
      "\t=1",
      "\r=1",
      " =1",
      "\uff1d1",
      "|calc",
      "%0A=1"
    ]) {
      assert.match(row(title), /^1,"deals","shop","new","sent","'/, JSON.stringify(title))
    }
  })

  it("keep other text as it is, in one cell and on one line", () => {
    const expected =
      '1,"deals","shop","new","sent","Kettle, ""2 l"" = good",,,1,"1970-01-01T00:00:00.000Z","1970-01-01T00:00:01.000Z","7 8"\r\n'
    assert.strictEqual(row('Kettle, "2 l" = good'), expected)
    assert.lengthOf(row("a\r\nb\u0000\u202ec").split("\r\n"), 2)
  })
})

// Dates as real feeds write them.
import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import { feedDate } from "../../../src/sources/reading/FeedDate.ts"

const at = (iso: string) => new Date(iso).getTime()

const dates: Readonly<Record<string, string>> = {
  "Thu, 01 Jan 2004 19:48:21 GMT": "2004-01-01T19:48:21Z",
  "01 Jan 04 19:48 EST": "2004-01-02T00:48:00Z",
  "Thu,01 Jan 2004 19:48:21 +0300": "2004-01-01T16:48:21Z",
  "Thu , \t 01  Jan\t2004  19:48:21\t +0000": "2004-01-01T19:48:21Z",
  "tHu, 01 fEb 2004 19:48:21 z": "2004-02-01T19:48:21Z",
  "Thu (oh how I hate thursdays), 01(th) Jan(uary) 2004 19:48 +0000 (GMT r0x0rz)": "2004-01-01T19:48:00Z",
  "Sun, 31 Dec 1999 23:59:60 GMT": "1999-12-31T23:59:59Z",
  "Mon, 05 Jan 2004 19:48:21 MSK": "2004-01-05T16:48:21Z",
  "Mon, 05 Jan 2004 19:48:21 XYZ": "2004-01-05T19:48:21Z",
  "Thu, 5 Aug 2021 7:05:00 PM GMT": "2021-08-05T19:05:00Z",
  "Thursday, 07-Dec-23 10:00:00 GMT": "2023-12-07T10:00:00Z",
  "Fri, 05 Jan 68 10:00:00 GMT": "",
  "Fri, 05 Jan 99 10:00:00 GMT": "1999-01-05T10:00:00Z",
  "Mon Jan  5 19:48:21 2004": "2004-01-05T19:48:21Z",
  "Mon Jan 05 19:48:21 PST 2004": "2004-01-06T03:48:21Z",
  "January 5, 2004 7:48 pm PST": "2004-01-06T03:48:00Z",
  "Seg, 15 Set 2014 12:00:00 -0300": "2014-09-15T15:00:00Z",
  "lun., 05 févr. 2024 10:11:12 +0100": "2024-02-05T09:11:12Z",
  "Di, 05 Mär 2024 10:11:12 MEZ": "2024-03-05T09:11:12Z",
  "Пн, 5 мая 2025 10:00:00 +0300": "2025-05-05T07:00:00Z",
  "5 января 2004 г. 12:30": "2004-01-05T12:30:00Z",
  "24 de mayo de 2021": "2021-05-24T00:00:00Z",
  "2004-01-05T19:48:21Z": "2004-01-05T19:48:21Z",
  "2004-01-05t19:48:21.125+01:00": "2004-01-05T18:48:21.125Z",
  "2004-01-05 19:48:21 +0000": "2004-01-05T19:48:21Z",
  "2004-01-05 T 19:48:21-08:00": "2004-01-06T03:48:21Z",
  "20040105T194821Z": "2004-01-05T19:48:21Z",
  "2004-01-05T24:00:00Z": "2004-01-06T00:00:00Z",
  "2004-01-05": "2004-01-05T00:00:00Z",
  "2004-01": "2004-01-01T00:00:00Z",
  "2004": "2004-01-01T00:00:00Z",
  "1700000000": "2023-11-14T22:13:20Z",
  "1700000000123": "2023-11-14T22:13:20.123Z",
  "Thu, 31 Feb 2004 10:00:00 GMT": "",
  "2004-13-01": "",
  "0001-01-01T00:00:00Z": "",
  "insert date here": "",
  yesterday: "",
  "": ""
}

describe("feed dates", () => {
  for (const [text, iso] of Object.entries(dates)) {
    it(`"${text}" is ${iso === "" ? "no date" : iso}`, () => {
      assert.strictEqual(feedDate(text), iso === "" ? undefined : at(iso))
    })
  }

  it("every date is read back from the forms that standards ask for", () => {
    const date = fc.date({ min: new Date(0), max: new Date("2099-12-31T00:00:00Z"), noInvalidDate: true })
    fc.assert(
      fc.property(date, (value) => {
        assert.strictEqual(feedDate(value.toISOString()), value.getTime())
        assert.strictEqual(feedDate(value.toUTCString()), Math.floor(value.getTime() / 1000) * 1000)
      })
    )
  })

  it("no text makes it throw or answer with nonsense", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const date = feedDate(text)
        assert.isTrue(date === undefined || Number.isSafeInteger(date))
      })
    )
  })
})

// A body is read part by part: the event loop goes on, an interruption ends it, and nothing depends on where the parts are cut.
import { assert, describe, it } from "@effect/vitest"
import { type Clock, Deferred, Effect, Either, Fiber, TestClock } from "effect"
import iconv from "iconv-lite"
import type { Item } from "../../../src/domain/Item.ts"
import { type Body, heldBody, partBytes } from "../../../src/sources/Body.ts"
import type { DocumentReader } from "../../../src/sources/DocumentReader.ts"
import { rss } from "../../../src/sources/kinds/rss.ts"
import { reading } from "../../../src/sources/Reading.ts"
import { decoderOf } from "../../../src/sources/reading/DocumentText.ts"
import { feedUrl, read, rssWith } from "./read.ts"
import { sourceWith } from "./source.ts"

const item = `<item><guid>1</guid><title>Title</title><description>${"word ".repeat(400)}</description></item>`
const large = new TextEncoder().encode(rssWith(item.repeat(2_000)))

/** Runs on a clock whose date goes back by an hour each time that it is looked at, while 10 ms pass; `pause` is told of each sleep. */
const onSetBack =
  (pause: () => void) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>) =>
    Effect.clockWith((clock) => {
      let looks = 0
      const date = () => -3_600_000 * ++looks
      const ahead: Clock.Clock = Object.assign(Object.create(clock), {
        currentTimeMillis: Effect.sync(date),
        unsafeCurrentTimeMillis: date,
        unsafeCurrentTimeNanos: () => BigInt(++looks) * 10_000_000n,
        sleep: () => Effect.sync(pause)
      })
      return Effect.withClock(effect, ahead)
    })

/** A timer of a millisecond that begins now; its end says how often it rang. */
const ticking = Effect.gen(function* () {
  let ticks = 0
  const once = Effect.zipRight(
    Effect.sleep(1),
    Effect.sync(() => ticks++)
  )
  const ticker = yield* Effect.fork(Effect.forever(once))
  return { end: Effect.map(Fiber.interrupt(ticker), () => ticks) }
})

describe("large bodies", () => {
  it.live("timers run while a large feed is read", () =>
    Effect.gen(function* () {
      const ticker = yield* ticking
      const found = yield* read(large, { maxItems: 5_000 })
      assert.lengthOf(found.items, 2_000)
      assert.isAtLeast(yield* ticker.end, 10)
    })
  )

  it.live("timers run within one part as well when it takes long to take in", () =>
    Effect.gen(function* () {
      const bytes = new TextEncoder().encode(rssWith(item.repeat(30)))
      assert.isBelow(bytes.length, partBytes)
      const ticker = yield* ticking
      yield* reading(rss, heldBody(bytes, { url: feedUrl }), sourceWith(), () =>
        Effect.sync(() => {
          const started = performance.now()
          while (performance.now() - started < 12) {}
        })
      )
      assert.isAtLeast(yield* ticker.end, 2)
    })
  )

  it.effect("timers run within one part as well when the date is set back meanwhile", () =>
    Effect.gen(function* () {
      let pauses = 0
      const part = rssWith(item.repeat(25))
      assert.isBelow(part.length, partBytes)
      yield* read(part).pipe(onSetBack(() => void pauses++))
      assert.isAtLeast(pauses, 3)
    })
  )

  it.live("an interrupted reading stops between two parts", () =>
    Effect.gen(function* () {
      let taken = 0
      const begun = yield* Deferred.make<void>()
      const body = heldBody(large, { url: feedUrl })
      const fiber = yield* Effect.fork(
        reading(rss, body, sourceWith({ maxItems: 5_000 }), (items) =>
          Effect.sync(() => {
            taken += items.length
            Deferred.unsafeDone(begun, Effect.void)
          })
        )
      )
      yield* Deferred.await(begun)
      yield* Fiber.interrupt(fiber)
      const atInterruption = taken
      yield* Effect.sleep(20)
      assert.strictEqual(taken, atInterruption)
      assert.isBelow(taken, 2_000)
    })
  )

  it.live("no more is read than the source may have", () =>
    Effect.gen(function* () {
      const asked: Array<number> = []
      const held = heldBody(large, { url: feedUrl })
      const body: Body = {
        ...held,
        part: (at) => {
          asked.push(at)
          return held.part(at)
        }
      }
      const items: Array<Item> = []
      const facts = yield* reading(rss, body, sourceWith({ maxItems: 10 }), (some) =>
        Effect.sync(() => void items.push(...some))
      )
      assert.deepStrictEqual([items.length, facts.complete, asked.length], [10, false, 1])
      assert.deepStrictEqual(facts.faults, ["items beyond the first 10"])
    })
  )
})

const russian = `<item><guid>7</guid><title>Ёжик &amp; цена</title><link>/7</link><description><![CDATA[<b>сто</b> рублей]]></description></item>`
const documents: Readonly<Record<string, Uint8Array>> = {
  "UTF-8": Buffer.from(rssWith(russian.repeat(3))),
  "windows-1251 that declares nothing": iconv.encode(rssWith(russian.repeat(3)), "win1251"),
  "UTF-16": iconv.encode(rssWith(russian), "utf-16le", { addBOM: true }),
  "a cut-off feed": Buffer.from(rssWith(russian.repeat(3))).subarray(0, -300),
  "an Atom entry": Buffer.from(
    `\ufeff<entry xmlns="http://www.w3.org/2005/Atom"><id>urn:1</id><title>Один</title></entry>`
  ),
  "a JSON Feed": Buffer.from(
    JSON.stringify({
      version: "https://jsonfeed.org/version/1.1",
      title: "Цены",
      items: [{ id: "Ё" }, {}, "x"]
    })
  ),
  "an HTML page": Buffer.from("<!DOCTYPE html><html><head><title>Минуту…</title></head></html>"),
  "JSON that breaks off": Buffer.from(`{"version":"https://jsonfeed.org/version/1","items":[{"id":`)
}

/** What a reader makes of bytes that come in pieces of `size`. */
const inPieces = (reader: DocumentReader, bytes: Uint8Array, size: number) => {
  const items: Array<Item> = []
  for (let at = 0; at < bytes.length && !reader.done(); at += size) {
    // A piece is only good until the next one.
    const piece = Uint8Array.from(bytes.subarray(at, at + size))
    items.push(...reader.write(piece))
    piece.fill(0)
  }
  items.push(...reader.end())
  return { items, facts: Either.merge(reader.facts()) }
}

describe("a kind that cannot tell at once how a body is read", () => {
  const body = heldBody(new TextEncoder().encode(rssWith(item)), { url: feedUrl })
  const opening = (open: (typeof rss)["open"]) =>
    Effect.fork(Effect.either(reading({ ...rss, open }, body, sourceWith(), () => Effect.void)))

  /** One that never ends by itself; `ended` tells that it was ended. */
  const hanging = Effect.gen(function* () {
    const ended = yield* Deferred.make<void>()
    const never = Effect.onInterrupt(Effect.never, () => Deferred.succeed(ended, undefined))
    return { ended, fiber: yield* opening(() => never) }
  })

  it.effect("has its time", () =>
    Effect.gen(function* () {
      const fiber = yield* opening((head, source) => Effect.delay(rss.open(head, source), "59 seconds"))
      yield* TestClock.adjust("59 seconds")
      assert.isTrue(Either.isRight(yield* Fiber.join(fiber)))
    })
  )

  it.effect("is given up after a minute, and what it began ends", () =>
    Effect.gen(function* () {
      const { ended, fiber } = yield* hanging
      yield* TestClock.adjust("60 seconds")
      const outcome = yield* Fiber.join(fiber)
      assert.include(
        String(Either.getOrNull(Either.flip(outcome))?.message),
        "not begun to be read within 1 minute"
      )
      yield* Deferred.await(ended)
    })
  )

  it.effect("ends when the reading is interrupted", () =>
    Effect.gen(function* () {
      const { ended, fiber } = yield* hanging
      yield* TestClock.adjust("1 second")
      yield* Fiber.interrupt(fiber)
      yield* Deferred.await(ended)
    })
  )
})

describe("the cuts of a body", () => {
  for (const [name, bytes] of Object.entries(documents)) {
    it.effect(`${name} is the same in pieces of 1 to 64 bytes and whole`, () =>
      Effect.gen(function* () {
        const open = rss.open({ bytes, url: feedUrl, now: 0 }, sourceWith())
        const whole = inPieces(yield* open, bytes, bytes.length)
        for (let size = 1; size <= 64; size++) {
          assert.deepStrictEqual(inPieces(yield* open, bytes, size), whole, `in pieces of ${size}`)
        }
      })
    )
  }
})

describe("text whose beginning does not show its charset", () => {
  const ascii = "word ".repeat(20)
  const late: ReadonlyArray<readonly [name: string, text: string, charset: string, contentType?: string]> = [
    ["UTF-8", "Привет мир, “цена” 5 €", "utf-8"],
    ["UTF-8 that HTTP calls windows-1252", "Привет мир", "utf-8", "text/csv; charset=windows-1252"],
    ["windows-1251 as HTTP says", "Привет мир", "win1251", "text/csv; charset=windows-1251"],
    ["bytes that nobody names", "“price” 5 €", "win1252"],
    ["only ASCII", "to the end", "utf-8"]
  ]
  for (const [name, text, charset, contentType] of late) {
    it.effect(`${name} is found out when it comes, however it is cut`, () =>
      Effect.gen(function* () {
        const bytes = iconv.encode(ascii + text, charset)
        const head = { bytes: bytes.subarray(0, 50), ...(contentType === undefined ? {} : { contentType }) }
        for (const size of [1, 2, 3, 7, 64, bytes.length]) {
          const decoder = yield* decoderOf(head)
          let decoded = ""
          for (let at = 0; at < bytes.length; at += size)
            decoded += decoder.write(bytes.subarray(at, at + size))
          assert.strictEqual(decoded + decoder.end(), ascii + text, `in pieces of ${size}`)
        }
      })
    )
  }

  it.effect("a head that ends inside a character does not hide UTF-8", () =>
    Effect.gen(function* () {
      const bytes = Buffer.from("Привет мир")
      const head = { bytes: bytes.subarray(0, 5), contentType: "text/xml; charset=windows-1251" }
      assert.strictEqual((yield* decoderOf(head)).write(bytes), "Привет мир")
    })
  )
})

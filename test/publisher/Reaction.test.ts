// What follows from each failure, whatever the channel has been through.
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { DeliveryId } from "../../src/domain/Names.ts"
import { afterSuccess, calm, react, type Trouble, troubleOf } from "../../src/publisher/Reaction.ts"
import {
  type TelegramError,
  TelegramFlood,
  TelegramRefused,
  TelegramUnknown,
  TelegramUnreachable
} from "../../src/telegram/Telegram.ts"

const method = "sendMessage"
const delivery = DeliveryId.make(1)
const anyError: fc.Arbitrary<TelegramError> = fc.oneof(
  fc.nat(20_000).map((retryAfterSeconds) => new TelegramFlood({ method, retryAfterSeconds })),
  fc
    .constantFrom(
      "post" as const,
      "media" as const,
      "gone" as const,
      "channel" as const,
      "configuration" as const,
      "unclear" as const
    )
    .map((blame) => new TelegramRefused({ method, blame, code: 400, description: "no" })),
  fc.constant(new TelegramUnreachable({ method, detail: "ECONNREFUSED" })),
  fc.constant(new TelegramUnknown({ method, detail: "ECONNRESET" }))
)
const attempted = fc.record({
  delivery: fc.constant(delivery),
  photos: fc.nat(10),
  now: fc.integer({ min: 0, max: 1e12 }),
  chance: fc.double({ min: 0, max: 1, noNaN: true })
})

describe("react", () => {
  it("only an unknown outcome is unknown; any other is definite and never waits into the past", () => {
    fc.assert(
      fc.property(fc.array(anyError, { maxLength: 20 }), anyError, attempted, (past, error, made) => {
        const trouble = past.reduce<Trouble>((so, one) => react(so, one, made).trouble, calm)
        const { outcome } = react(trouble, error, made)
        assert.strictEqual(outcome._tag === "Unknown", error._tag === "TelegramUnknown")
        if (outcome._tag === "Deferred") assert.isAtLeast(outcome.until, made.now)
        assert.notStrictEqual(outcome._tag, "Sent")
      })
    )
  })

  it("a flood wait is never shortened, and lets a second pass besides", () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), attempted, (retryAfterSeconds, made) => {
        const { outcome, flooded } = react(calm, new TelegramFlood({ method, retryAfterSeconds }), made)
        if (outcome._tag !== "Deferred") return assert.fail(outcome._tag)
        assert.isAtLeast(outcome.until, made.now + (retryAfterSeconds + 1) * 1000)
        assert.isAtMost(outcome.until, made.now + (retryAfterSeconds + 2) * 1000)
        assert.strictEqual(outcome.scope, "flood")
        assert.strictEqual(flooded, outcome.until)
      })
    )
  })

  it("back-offs are bounded, and end with a success", () => {
    fc.assert(
      fc.property(fc.array(anyError, { maxLength: 100 }), anyError, attempted, (past, error, made) => {
        const trouble = past.reduce<Trouble>((so, one) => react(so, one, made).trouble, calm)
        const { outcome } = react(trouble, error, made)
        if (outcome._tag === "Deferred" && error._tag !== "TelegramFlood") {
          assert.isAtMost(outcome.until - made.now, 3_600_000)
        }
        assert.deepStrictEqual(afterSuccess(trouble, delivery), calm)
      })
    )
  })

  it("a picture that is refused where there is none refuses the post, for it would come back for ever", () => {
    const error = new TelegramRefused({ method, blame: "media", code: 413, description: "too large" })
    const made = { delivery, photos: 0, now: 0, chance: 0 }
    assert.strictEqual(react(calm, error, made).outcome._tag, "Refused")
  })

  it("an album that is refused gives way to one picture, one picture to none", () => {
    const error = new TelegramRefused({ method, blame: "media", code: 400, description: "PHOTO_INVALID" })
    const made = { delivery, now: 0, chance: 0 }
    const album = react(calm, error, { ...made, photos: 4 })
    assert.strictEqual(troubleOf(album.trouble, delivery).mostPhotos, 1)
    const single = react(album.trouble, error, { ...made, photos: 1 })
    assert.strictEqual(troubleOf(single.trouble, delivery).mostPhotos, 0)
  })

  it("no delivery comes back for ever: an answer that nobody knows is believed the third time", () => {
    const error = new TelegramRefused({ method, blame: "unclear", code: 418, description: "teapot" })
    const made = { delivery, photos: 0, now: 0, chance: 0 }
    const first = react(calm, error, made)
    const second = react(first.trouble, error, made)
    const third = react(second.trouble, error, made)
    assert.deepStrictEqual(
      [first, second, third].map(({ outcome }) =>
        outcome._tag === "Deferred" ? outcome.until : outcome._tag
      ),
      [60_000, 240_000, "Refused"]
    )
    assert.deepStrictEqual(third.trouble, calm)
  })
})

// A body's parts by events, however the stream behaves.
import { PassThrough } from "node:stream"
import { assert, describe, it } from "@effect/vitest"
import { flow, type TakePart } from "../../../src/sources/Flow.ts"

const broken = () => new Error("broken off")

const begun = (take: TakePart) => {
  const body = new PassThrough()
  body.on("error", () => undefined)
  return { body, all: flow(body, take, broken) }
}

/** The loop has turned often enough for any part that is on its way. */
const settled = async () => {
  for (let turns = 0; turns < 10; turns++) await new Promise(setImmediate)
}

describe("a body", () => {
  it("brings no further part while one must be waited for", async () => {
    const taken: Array<string> = []
    let go = () => {}
    const { all, body } = begun((part) => {
      taken.push(Buffer.from(part).toString())
      return taken.length === 1 ? new Promise<void>((done) => (go = done)) : undefined
    })
    body.write("a")
    await settled()
    body.write("b")
    body.end("c")
    await settled()
    assert.deepStrictEqual(taken, ["a"])
    go()
    assert.isTrue(await all)
    assert.strictEqual(taken.join(""), "abc")
  })

  it("that closes before its end breaks off", async () => {
    const { all, body } = begun(() => undefined)
    body.write("a")
    await settled()
    body.destroy()
    assert.strictEqual(await all.then(() => "", String), "Error: broken off")
  })

  it("of which no more is wanted keeps the rest for who reads on, and nobody listens any more", async () => {
    const { all, body } = begun(() => "enough")
    body.write("a")
    assert.isFalse(await all)
    body.end("b")
    for (const event of ["data", "end", "close"]) assert.strictEqual(body.listenerCount(event), 0, event)
    let rest = ""
    for await (const part of body) rest += part
    assert.strictEqual(rest, "b")
  })

  it("whose part cannot be taken fails with that, and nobody listens any more", async () => {
    const { all, body } = begun(() => Promise.reject(new Error("the disk is full")))
    body.write("a")
    assert.strictEqual(await all.then(() => "", String), "Error: the disk is full")
    assert.strictEqual(body.listenerCount("data"), 0)
  })
})

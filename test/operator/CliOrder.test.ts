import { assert, describe, it } from "@effect/vitest"
import { optionsFirst } from "../../src/operator/CliOrder.ts"

const order = (...words: ReadonlyArray<string>) =>
  optionsFirst(["node", "main.js", ...words])
    .slice(2)
    .join(" ")

describe("the words of a command", () => {
  it("may come in any order: options with their values go before the arguments", () => {
    assert.strictEqual(order("settle", "17", "--sent", "42"), "settle --sent 42 17")
    assert.strictEqual(order("settle", "17", "--absent"), "settle --absent true 17")
    assert.strictEqual(order("preview", "shop", "--channel=deals"), "preview --channel=deals shop")
    assert.strictEqual(order("backup", "--force", "copy.db"), "backup --force true copy.db")
  })

  it("keep an argument that looks like the value of an option before it", () => {
    assert.strictEqual(order("settle", "1", "--absent"), "settle --absent true 1")
    assert.strictEqual(order("settle", "--absent", "1"), "settle --absent true 1")
  })

  it("are left alone where there is nothing to sort", () => {
    assert.strictEqual(order("--help"), "--help")
    assert.strictEqual(order(), "")
    assert.strictEqual(order("pause", "deals"), "pause deals")
  })

  it("are arguments after a double dash", () => {
    assert.strictEqual(order("preview", "--", "--odd-name"), "preview --odd-name")
  })
})

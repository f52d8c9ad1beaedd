import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { flags, optionsFirst } from "../../src/operator/CliOrder.ts"

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

  it("know every option that takes no value", () => {
    const folder = join(import.meta.dirname, "../../src/operator")
    const words = readdirSync(folder).filter((file) => file.startsWith("Cli"))
    const declared = words.flatMap((file) =>
      [...readFileSync(join(folder, file), "utf8").matchAll(/Options\.boolean\("([^"]+)"\)/g)].map(
        ([, name]) => `--${name}`
      )
    )
    assert.sameMembers([...flags], [...new Set(declared)])
    assert.strictEqual(order("simulate", "--core", "--runs", "2"), "simulate --core true --runs 2")
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

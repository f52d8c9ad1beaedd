// §7.2 last paragraph, §7.3: what nobody has verified, with both settings of each switch.
import { assert, describe, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import { defaultSwitches } from "../../../src/sandbox/Switches.ts"
import { chatSwitches } from "./chatSwitches.ts"
import { inProcess, resultOf } from "./inProcess.ts"
import { textSwitches } from "./textSwitches.ts"
import { channel, contract } from "./world.ts"

const rows = [...textSwitches, ...chatSwitches]

contract("unverified answers (§7.2, §7.3)", rows)

describe("the lag of getUserPersonalChatMessages (§7.3 item 3)", () => {
  it.scoped("§7.3 item 3: fresh, or as it was so long ago — posts, edits and deletions alike", () =>
    Effect.gen(function* () {
      const { reply, said, control } = yield* inProcess()
      yield* control.personalChat(42, channel)
      const shown = Effect.map(reply("getUserPersonalChatMessages", { user_id: 42 }), (told) =>
        resultOf(told)
      )
      yield* said("sendMessage", { text: "old" })
      yield* said("sendMessage", { text: "doomed" })
      yield* TestClock.adjust("1 minute")
      yield* said("editMessageText", { message_id: 1, text: "new" })
      yield* said("deleteMessage", { message_id: 2 })
      yield* said("sendMessage", { text: "newest" })
      assert.containsSubset(yield* shown, [{ text: "newest" }, { text: "new" }])
      yield* control.switches({ personalChatLagMs: 30_000 })
      assert.containsSubset(yield* shown, [{ text: "doomed" }, { text: "old" }])
      assert.notInclude(JSON.stringify(yield* shown), "newest")
      yield* TestClock.adjust("1 minute")
      assert.containsSubset(yield* shown, [{ text: "newest" }, { text: "new" }])
    })
  )
})

describe("the list of switches", () => {
  it("every switch but `pacing` (see Time) and the lag has a row for each setting here", () => {
    const rowed = new Set(rows.map(({ promise }) => promise.replace(/^\{"(\w+)":(.*)\}$/, "$1 $2")))
    const expected = Object.entries(defaultSwitches).filter(
      ([name]) => name !== "pacing" && name !== "personalChatLagMs"
    )
    for (const [name] of expected) {
      assert.lengthOf(
        [...rowed].filter((row) => row.startsWith(`${name} `)),
        2,
        name
      )
    }
  })
})

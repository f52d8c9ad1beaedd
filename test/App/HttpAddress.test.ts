import { assert, describe, it } from "@effect/vitest"
import { httpAddress } from "../../src/App/HttpAddress.ts"

describe("the address of what listens here", () => {
  it("can be opened, whatever it listens on", () => {
    for (const [host, address] of [
      ["127.0.0.1", "http://127.0.0.1:80"],
      ["localhost", "http://localhost:80"],
      ["::1", "http://[::1]:80"],
      ["0.0.0.0", "http://127.0.0.1:80"],
      ["::", "http://[::1]:80"]
    ] as const) {
      assert.strictEqual(httpAddress(host, 80), address)
      assert.isTrue(URL.canParse(address))
    }
  })
})

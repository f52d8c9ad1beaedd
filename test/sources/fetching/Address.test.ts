import type { LookupAddress } from "node:dns"
import type { LookupFunction } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { guarded, isPublic, objection, shown } from "../../../src/sources/Address.ts"
import { answering, fetch, network, serve } from "./server.ts"

/** A name server that answers with these addresses in turn, the last one for ever. */
const resolving =
  (...answers: ReadonlyArray<ReadonlyArray<string>>): LookupFunction =>
  (_hostname, options, callback) => {
    const addresses =
      (answers.length > 1 ? (answers as Array<ReadonlyArray<string>>).shift() : answers[0]) ?? []
    const all = addresses.map(
      (address): LookupAddress => ({ address, family: address.includes(":") ? 6 : 4 })
    )
    return options.all === true ? callback(null, all) : callback(null, all[0]?.address ?? "", all[0]?.family)
  }

const refusal = (url: string, lookup?: LookupFunction) =>
  Effect.flip(fetch({ url, allowPrivate: false })).pipe(
    Effect.provide(network(lookup === undefined ? {} : { lookup }))
  )

describe("addresses", () => {
  it("only public unicast addresses are public", () => {
    for (const address of ["93.184.216.34", "8.8.8.8", "2001:4860:4860::8888"]) {
      assert.isTrue(isPublic(address), address)
    }
    const others =
      "127.0.0.1 ::1 0.0.0.0 :: 10.0.0.1 172.16.0.1 192.168.1.1 169.254.169.254 fe80::1 fd00::1 ::ffff:8.8.8.8 " +
      "64:ff9b::808:808 2002:7f00:1:: 100.64.0.1 198.18.0.1 224.0.0.1 255.255.255.255 nonsense"
    for (const address of others.split(" ")) assert.isFalse(isPublic(address), address)
  })

  it("only http and https are fetched, private addresses permitted or not", () => {
    for (const url of ["file:///etc/passwd", "ftp://example.org/", "gopher://example.org/", "data:,x"]) {
      assert.isDefined(objection(new URL(url), true))
    }
    assert.isUndefined(objection(new URL("https://example.org:8443/feed"), false))
  })

  it("an address is shown without credentials, query and fragment", () => {
    assert.strictEqual(
      shown("https://user:pw@example.org:8443/a/b?key=secret#x"),
      "https://example.org:8443/a/b?…"
    )
    assert.strictEqual(shown("https://example.org"), "https://example.org/")
    assert.strictEqual(shown("user:pw@example.org/feed"), "user:…")
    assert.strictEqual(shown("nonsense"), "(not a URL)")
  })

  it.scopedLive("the loopback is refused however it is spelt, and advice given", () =>
    Effect.gen(function* () {
      const server = yield* serve(answering(200, {}, "<rss/>"))
      const spellings =
        "127.0.0.1 127.1 0x7f.1 2130706433 017700000001 0 127.0.0.1. [::1] [::ffff:127.0.0.1] [::ffff:7f00:1] １２７.0.0.1"
      for (const host of spellings.split(" ")) {
        const error = yield* refusal(`http://${host}:${server.port}/`)
        assert.strictEqual(error._tag, "AddressRefused", host)
        assert.include(error.message, "allowPrivate: true")
      }
      assert.lengthOf(server.seen, 0)
    })
  )

  it.scopedLive("a name that resolves to the loopback is refused", () =>
    Effect.gen(function* () {
      const server = yield* serve(answering(200, {}, "<rss/>"))
      const error = yield* refusal(`http://localhost:${server.port}/`)
      assert.strictEqual(error._tag, "AddressRefused")
      assert.match(
        error.message,
        /resolves to .*(127\.0\.0\.1|::1).*, which is not public; set allowPrivate: true/
      )
      assert.lengthOf(server.seen, 0)
    })
  )

  it.scopedLive("a name that changes its mind between check and connection gains nothing", () =>
    Effect.gen(function* () {
      const server = yield* serve(answering(200, {}, "<rss/>"))
      const error = yield* refusal(
        `http://rebinding.example:${server.port}/`,
        resolving(["127.0.0.1"], ["93.184.216.34"])
      )
      assert.strictEqual(error._tag, "AddressRefused")
      const mixed = yield* refusal(`http://mixed.example:${server.port}/`, resolving(["10.0.0.1", "::1"]))
      assert.strictEqual(mixed._tag, "AddressRefused")
      assert.lengthOf(server.seen, 0)
    })
  )

  it("of a name's addresses only the public ones are handed on", () => {
    const lookup = guarded(resolving(["127.0.0.1", "93.184.216.34", "::1", "2001:4860:4860::8888"]))
    lookup("both.example", { all: true }, (error, addresses) => {
      assert.isNull(error)
      assert.deepStrictEqual(addresses, [
        { address: "93.184.216.34", family: 4 },
        { address: "2001:4860:4860::8888", family: 6 }
      ])
    })
  })

  it.scopedLive("a connection that one source was permitted is not lent to another", () =>
    Effect.gen(function* () {
      const server = yield* serve(answering(200, {}, "<rss/>"))
      const url = `http://localhost:${server.port}/`
      const lookup = resolving(["127.0.0.1"])
      const results = yield* Effect.all([
        fetch({ url, allowPrivate: true }),
        Effect.flip(fetch({ url, allowPrivate: false }))
      ]).pipe(Effect.provide(network({ lookup })))
      assert.deepStrictEqual(
        results.map((result) => result._tag),
        ["Document", "AddressRefused"]
      )
    })
  )

  it.scoped("what is no address at all is refused in one sentence", () =>
    Effect.gen(function* () {
      const error = yield* refusal("not a url")
      assert.strictEqual(error.message, "(not a URL) cannot be fetched.")
    })
  )
})

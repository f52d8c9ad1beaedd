// `.env.example`, the README and the program name the same variables, and what the example says is the default.
import { readFileSync } from "node:fs"
import { resolve } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, HashSet } from "effect"
import { settings } from "../../src/config/Settings.ts"

const text = (name: string) => readFileSync(resolve(import.meta.dirname, "../..", name), "utf8")

const written = text(".env.example")
  .split("\n")
  .flatMap((line): ReadonlyArray<readonly [string, string]> => {
    const [, name, value = ""] = /^(\w+)=(.*)$/.exec(line) ?? []
    return name === undefined ? [] : [[name, value]]
  })
const names = written.map(([name]) => name)

/** With what every read of a variable asks for. */
const asked = Effect.gen(function* () {
  const seen = new Set<string>()
  const empty = ConfigProvider.fromMap(new Map()).flattened
  const recording = ConfigProvider.fromFlat({
    ...empty,
    load: (path, config, split) => {
      seen.add(path.join("."))
      return empty.load(path, config, split)
    },
    enumerateChildren: () => Effect.succeed(HashSet.empty())
  })
  yield* Effect.withConfigProvider(settings, recording)
  return seen
})

describe(".env.example", () => {
  it.effect("names each variable that is read, once, and no other", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(names.toSorted(), [...(yield* asked)].toSorted())
    })
  )

  it("names what the README names", () => {
    const readme = text("README.md")
    // Those of OpenTelemetry stand there by their ends, and one word for those that are for traces alone.
    const said = (name: string) =>
      [name, name.replace(/^OTEL_EXPORTER_OTLP|^OTEL_TRACES_SAMPLER/, "")].some((one) =>
        new RegExp(`\`${one}[\`=]`).test(readme)
      )
    assert.include(readme, "the same with `_TRACES_`")
    assert.deepStrictEqual(
      names.filter((name) => !name.startsWith("OTEL_EXPORTER_OTLP_TRACES_") && !said(name)),
      []
    )
  })

  it.effect("as it stands means the same as no file", () =>
    Effect.gen(function* () {
      const filled = new Map(written.filter(([, value]) => value !== ""))
      const read = (values: ReadonlyMap<string, string>) =>
        Effect.map(Effect.withConfigProvider(settings, ConfigProvider.fromMap(new Map(values))), (found) =>
          JSON.stringify(found)
        )
      assert.strictEqual(yield* read(filled), yield* read(new Map()))
    })
  )
})

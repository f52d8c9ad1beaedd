// Oncecast itself, as a rival among the others. Its channels stand on somebody's profile, so that a send without an answer is found out.
import { writeFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { Effect } from "effect"
import { version } from "../../../src/domain/Version.ts"
import { nodeOptions } from "../NodeOptions.ts"
import { gapSeconds, pollSeconds, type Rival } from "./Rival.ts"

/** The user on whose profile the channel of this index stands. */
export const owner = (index: number): number => 9_000 + index

export const ours: Rival = {
  name: "Oncecast",
  settings: "`profileOf` set, `verify` with short waits, the rest as it is by default",
  install: Effect.succeed(`oncecast ${version}`),
  configure: ({ folder, feed, channels, apiRoot, token }) =>
    Effect.sync(() => {
      const settings = (index: number) =>
        `pace: { gap: ${gapSeconds} seconds }, verify: { wait: 5 seconds, again: 2 seconds }, profileOf: ${owner(index)}, photos: 0`
      writeFileSync(
        join(folder, "oncecast.yaml"),
        `channels:\n${channels.map((name, index) => `  ${name}: { chat: "@${name}", ${settings(index)} }`).join("\n")}\n` +
          `sources:\n  feed: { kind: rss, url: "${feed}", every: ${pollSeconds} seconds, burst: false, to: [${channels.join(", ")}], allowPrivate: true }\n`
      )
      return {
        args: [...nodeOptions, resolve(import.meta.dirname, "../../../dist/bin/oncecast.js"), "run"],
        env: { TELEGRAM_BOT_TOKEN: token, TELEGRAM_API_ROOT: apiRoot, HTTP_PORT: "0" }
      }
    })
}

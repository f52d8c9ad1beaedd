// n8n with its RSS trigger and its Telegram node, set up as its documentation has it: items one by one in a loop with a wait between them
// (rate limits), the Telegram node set to retry on failure as often as it can.
// @source https://docs.n8n.io/integrations/builtin/rate-limits/ (2026-11-26)
import { writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { join } from "node:path"
import { Effect } from "effect"
import { gapSeconds, installed, installFromNpm, type Rival, runNode, type Work } from "./Rival.ts"

const name = "n8n"

const credential = { id: "telegramcred", name: "Telegram" }

const node = (label: string, type: string, typeVersion: number, parameters: object, extra: object = {}) => ({
  id: label,
  name: label,
  type: `n8n-nodes-base.${type}`,
  typeVersion,
  position: [0, 0],
  parameters,
  ...extra
})

const telegram = (channel: string) =>
  node(
    `Post ${channel}`,
    "telegram",
    1.2,
    {
      chatId: `@${channel}`,
      text: `={{ $('Loop').item.json.title }}\n{{ $('Loop').item.json.link }}`,
      additionalFields: { appendAttribution: false }
    },
    {
      retryOnFail: true,
      maxTries: 5,
      waitBetweenTries: 5000,
      onError: "continueRegularOutput",
      credentials: { telegramApi: credential }
    }
  )

const linked = (...names: ReadonlyArray<string>) =>
  Object.fromEntries(
    names.slice(0, -1).map((from, index) => {
      const to = [{ node: names[index + 1], type: "main", index: 0 }]
      return [from, { main: from === "Loop" ? [[], to] : [to] }]
    })
  )

/** One after the other into each channel, then a wait, then the next item. */
const workflow = ({ feed, channels }: Work) => ({
  id: "compared",
  name: "Feed to Telegram",
  active: false,
  settings: { executionOrder: "v1" },
  nodes: [
    node("Feed", "rssFeedReadTrigger", 1, { feedUrl: feed, pollTimes: { item: [{ mode: "everyMinute" }] } }),
    node("Loop", "splitInBatches", 3, { options: {} }),
    ...channels.map(telegram),
    node("Wait", "wait", 1.1, { amount: gapSeconds, unit: "seconds" }, { webhookId: "compared-wait" })
  ],
  connections: linked("Feed", "Loop", ...channels.map((channel) => `Post ${channel}`), "Wait", "Loop")
})

const freePort = Effect.async<number>((resume) => {
  const server = createServer()
  server.listen(0, "127.0.0.1", () => {
    const address = server.address()
    const port = address !== null && typeof address === "object" ? address.port : 0
    server.close(() => resume(Effect.succeed(port)))
  })
})

const quiet = {
  N8N_DIAGNOSTICS_ENABLED: "false",
  N8N_VERSION_NOTIFICATIONS_ENABLED: "false",
  N8N_TEMPLATES_ENABLED: "false",
  N8N_COMMUNITY_PACKAGES_ENABLED: "false",
  N8N_PERSONALIZATION_ENABLED: "false",
  N8N_RUNNERS_ENABLED: "false",
  // The other one needs isolated-vm, which does not compile everywhere.
  N8N_EXPRESSION_ENGINE: "legacy",
  N8N_ENFORCE_SETTINGS_FILE_PERMISSIONS: "true",
  N8N_ENCRYPTION_KEY: "compared",
  N8N_LISTEN_ADDRESS: "127.0.0.1",
  EXTERNAL_FRONTEND_HOOKS_URLS: ""
}

export const n8n: Rival = {
  name: "n8n",
  settings:
    "RSS trigger, items one by one in a loop with a wait, five tries of a failed send five seconds apart",
  // 1: the newest that runs on Node.js 20. xlsx comes from a host of its own in n8n, from npm here; neither it nor what is not built takes part.
  install: installFromNpm(name, {
    wanted: ["n8n@1.123.81"],
    overrides: { xlsx: "0.18.5" },
    build: ["sqlite3"]
  }),
  configure: (work) =>
    Effect.gen(function* () {
      const file = (path: string) => join(work.folder, path)
      const main = installed(name, "n8n/bin/n8n")
      const env = { ...quiet, N8N_USER_FOLDER: work.folder, N8N_PORT: `${yield* freePort}` }
      const data = { accessToken: work.token, baseUrl: work.apiRoot }
      writeFileSync(file("credentials.json"), JSON.stringify([{ ...credential, type: "telegramApi", data }]))
      writeFileSync(file("workflow.json"), JSON.stringify(workflow(work)))
      yield* runNode([main, "import:credentials", `--input=${file("credentials.json")}`], work.folder, env)
      yield* runNode([main, "import:workflow", `--input=${file("workflow.json")}`], work.folder, env)
      yield* runNode([main, "update:workflow", "--all", "--active=true"], work.folder, env)
      return { args: [main, "start"], env }
    })
}

// Node-RED with its feed node and the Telegram sender, set up as its documentation has it: what was passed on is kept in the context store on
// disk, a delay node keeps the pace, and what the sender could not send goes back into the queue.
// @source https://nodered.org/docs/user-guide/context#saving-context-data-to-the-file-system (2026-11-26)
// @source https://nodered.org/docs/user-guide/nodes (delay: rate limit), README of node-red-contrib-telegrambot (second output) (2026-11-26)
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { Effect } from "effect"
import { gapSeconds, installed, installFromNpm, pollSeconds, type Rival, type Work } from "./Rival.ts"

const name = "node-red"

const filter = `
const seen = flow.get("seen") || {};
const key = msg.article.guid || msg.article.link;
if (seen[key]) return null;
seen[key] = true;
flow.set("seen", seen);
msg.text = msg.article.title + "\\n" + msg.article.link;
return msg;`

const addressed = (channel: string) => `
msg.payload = { chatId: "@${channel}", type: "message", content: msg.text };
return msg;`

const flows = ({ feed, channels, apiRoot }: Work) => [
  { id: "tab", type: "tab", label: "Feed to Telegram" },
  {
    id: "telegram-bot",
    type: "telegram bot",
    botname: "bot",
    usernames: "",
    chatids: "",
    baseapiurl: apiRoot,
    updatemode: "none",
    pollinterval: "300"
  },
  { id: "feed", type: "feedparse", z: "tab", url: feed, interval: pollSeconds / 60, wires: [["new"]] },
  {
    id: "new",
    type: "function",
    z: "tab",
    func: filter,
    outputs: 1,
    wires: [channels.map((one) => `to-${one}`)]
  },
  ...channels.flatMap((channel) => [
    {
      id: `to-${channel}`,
      type: "function",
      z: "tab",
      func: addressed(channel),
      outputs: 1,
      wires: [[`pace-${channel}`]]
    },
    {
      id: `pace-${channel}`,
      type: "delay",
      z: "tab",
      pauseType: "rate",
      rate: "1",
      nbRateUnits: `${gapSeconds}`,
      rateUnits: "second",
      timeout: "5",
      timeoutUnits: "seconds",
      drop: false,
      outputs: 1,
      wires: [[`send-${channel}`]]
    },
    {
      id: `send-${channel}`,
      type: "telegram sender",
      z: "tab",
      bot: "telegram-bot",
      haserroroutput: true,
      outputs: 2,
      wires: [[], [`to-${channel}`]]
    }
  ])
]

const settings = `module.exports = {
  httpAdminRoot: false, httpNodeRoot: false, credentialSecret: false,
  contextStorage: { default: { module: "localfilesystem", config: { flushInterval: 1 } } },
  telemetry: { enabled: false, updateNotification: false },
  logging: { console: { level: "info" } }
}`

export const nodeRed: Rival = {
  name: "Node-RED",
  settings:
    "guids in the context store on disk (flushed each second), rate limit by a delay node, failed sends back into the queue",
  // 4: the newest that runs on Node.js 20.
  install: installFromNpm(name, ["node-red@4", "node-red-node-feedparser", "node-red-contrib-telegrambot"]),
  configure: (work) =>
    Effect.sync(() => {
      const file = (path: string) => join(work.folder, path)
      writeFileSync(file("settings.js"), settings)
      writeFileSync(file("flows.json"), JSON.stringify(flows(work)))
      writeFileSync(file("flows_cred.json"), JSON.stringify({ "telegram-bot": { token: work.token } }))
      writeFileSync(file("package.json"), JSON.stringify({ name: "compared", private: true }))
      return {
        args: [
          installed(name, "node-red/red.js"),
          ...["--userDir", work.folder, "--settings", file("settings.js"), file("flows.json")]
        ],
        env: {}
      }
    })
}

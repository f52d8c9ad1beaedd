// What waits for a person: posts of which nobody knows whether they arrived, held floods of new items, and channels after a restore; each with
// its answers.
import { Option } from "effect"
import { type Html, html } from "../../domain/Html.ts"
import type { Status } from "../Status.ts"
import { count } from "../Wording.ts"
import { commandsOf } from "./DeliveryCommands.ts"
import type { Page } from "./Layout.ts"
import {
  action,
  channelPath,
  confirmed,
  deliveryPath,
  linkTo,
  readOnly,
  said,
  section,
  sourcePath,
  webLink,
  when
} from "./Parts.ts"
import { restoredChannel } from "./RestoredChannel.ts"
import type { Visit } from "./Visit.ts"

const parked = (visit: Visit, status: Status, one: Status["parked"][number]): Html => {
  const chat = status.channels.find(({ id }) => id === one.channel)?.chat ?? ""
  return html`<li class="card decide" data-key="d${one.id}"><h3>${linkTo(deliveryPath(one.id), said(one.title, 140) || "(no title)")}</h3>
<p>Nobody knows whether this post arrived in ${linkTo(channelPath(one.channel), one.channel)} (${chat}), since ${when(one.stateAt, status.at)}: ${said(one.reason ?? "")}</p>
<p class="note">${webLink(one.link)}</p>
<p>Look into the channel, and say what you see:</p>${commandsOf(visit, one, Option.none())}</li>`
}

const newest = (source: string): Html =>
  html`<label for="newest-${source}">only the newest</label> <input id="newest-${source}" name="newest" inputmode="numeric" pattern="[0-9]+" required size="4" value="3">`

const burst = (visit: Visit, status: Status, one: Status["bursts"][number]): Html => {
  const give = (post: string, label: string, look: "main" | "danger") =>
    action(visit, "release", { source: one.source, post }, label, look)
  return html`<li class="card decide" data-key="b${one.id}"><h3>${linkTo(sourcePath(one.source), one.source)} brought ${count(one.items, "apparently new item")} at once</h3>
<p>Of ${one.documentItems} in its document, ${when(one.at, status.at)}. ${
    one.state === "releasing"
      ? "They are let go as the channels have room."
      : "They are held until you decide."
  }</p>${
    one.state === "releasing"
      ? undefined
      : html`<div class="actions">${action(visit, "release", { source: one.source }, "Post these", "main", newest(one.source))}${confirmed(`Post all ${one.items}…`, give("all", `Yes, post all ${one.items}`, "danger"))}${confirmed("Post none…", give("none", "Yes, count all as seen", "danger"))}${readOnly(visit)}</div>`
  }</li>`
}

export const decisionsPage = (visit: Visit, status: Status): Page => ({
  title: "Decisions",
  main: html`<h1>Decisions</h1>${
    status.parked.length + status.bursts.length + status.restored.length === 0
      ? html`<p class="empty">Nothing waits for you.</p>`
      : undefined
  }${
    status.parked.length === 0
      ? undefined
      : section(
          "Did these arrive?",
          html`<ul class="cards">${status.parked.map((one) => parked(visit, status, one))}</ul>`
        )
  }${
    status.restored.length === 0
      ? undefined
      : section(
          "After a restore",
          html`<div class="cards">${status.restored.map(({ channel }) => restoredChannel(visit, status, channel))}</div>`
        )
  }${
    status.bursts.length === 0
      ? undefined
      : section(
          "Held floods",
          html`<ul class="cards">${status.bursts.map((one) => burst(visit, status, one))}</ul>`
        )
  }`
})

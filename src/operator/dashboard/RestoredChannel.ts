// A channel after a restore: nothing is sent there until it is known, or a person says, what was posted since the backup.
import { type Html, html } from "../../domain/Html.ts"
import type { Status } from "../Status.ts"
import { action, channelPath, confirmed, linkTo, readOnly, said, when } from "./Parts.ts"
import type { Visit } from "./Visit.ts"

/** What is asked about the channel; undefined when nothing is. */
export const restoredChannel = (visit: Visit, status: Status, id: string): Html | undefined => {
  const restored = status.restored.find(({ channel }) => channel === id)
  const channel = status.channels.find((one) => one.id === id)
  if (restored === undefined) return undefined
  const give = (decision: string, label: string, look: "main" | "danger") =>
    action(visit, "restored", { channel: id, decision }, label, look)
  const queued = channel?.ledger?.counts.queued ?? 0
  return html`<div class="card decide" data-key="r${id}"><h3>${linkTo(channelPath(id), id)} waits after a restore</h3>
<p>A backup took the database's place ${when(restored.at, status.at)}. What was posted into ${channel?.chat ?? "the channel"} since that backup is not known yet, so nothing is sent. ${channel?.activity.is === "failing" ? said(channel.activity.why) : "It is being read."}</p>
<p>Look into the channel. Does what waits now (${queued}) stand there already?</p>
<div class="actions">${confirmed("No: send it…", give("send", `Yes, send the ${queued} that wait`, "main"))}${confirmed("Yes: skip it…", give("skip", `Yes, count the ${queued} that wait as posted`, "danger"))}${readOnly(visit)}</div></div>`
}

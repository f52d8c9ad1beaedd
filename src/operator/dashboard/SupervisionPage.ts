// The supervision tree as a picture: each branch with its children and what each of them is doing.
import { type Html, html } from "../../domain/Html.ts"
import type { ChildState } from "../../supervision/ChildState.ts"
import type { Status } from "../Status.ts"
import type { Tone } from "../Verdict.ts"
import { count } from "../Wording.ts"
import type { Page } from "./Layout.ts"
import { badge, channelPath, due, linkTo, said, sourcePath } from "./Parts.ts"

type Child = Status["children"][number]

/** More of one branch are only counted; those that need a look come first. */
const shown = 300

const branches = [
  ["janitor", "Janitors", "forgetting, gauges"],
  ["bot", "Bots", "receipts and answers, heard before anything is sent"],
  ["channel", "Publishers", "one for each channel"],
  ["source", "Sources", "one for each source"]
] as const

const tones: Readonly<Record<ChildState["_tag"], Tone>> = {
  Starting: "notice",
  Running: "well",
  Waiting: "well",
  OpenCircuit: "failing",
  Restarting: "notice",
  Quarantined: "failing",
  Stopping: "notice",
  Paused: "notice",
  Stopped: "failing"
}

const words: Readonly<Record<ChildState["_tag"], string>> = {
  Starting: "starting",
  Running: "running",
  Waiting: "waiting",
  OpenCircuit: "open circuit",
  Restarting: "restarting",
  Quarantined: "quarantined",
  Stopping: "stopping",
  Paused: "paused",
  Stopped: "stopped"
}

const order: ReadonlyArray<Tone> = ["failing", "decide", "notice", "well"]

const until = (state: ChildState): number | undefined =>
  "until" in state ? state.until : "at" in state ? state.at : "probeAt" in state ? state.probeAt : undefined

const why = (state: ChildState): string => ("why" in state ? state.why : "cause" in state ? state.cause : "")

const child = ({ child, state }: Child, now: number): Html => {
  const [kind, id = ""] = child.split("/")
  const name =
    kind === "channel"
      ? linkTo(channelPath(id), id)
      : kind === "source"
        ? linkTo(sourcePath(id), id)
        : html`${id}`
  const moment = until(state)
  return html`<li class="node ${tones[state._tag]}" data-key="${child}"><strong>${name}</strong> ${badge(words[state._tag], tones[state._tag])}<small>${said(why(state), 160)}${moment === undefined ? undefined : html`, ${due(moment, now)}`}</small></li>`
}

const branch = (kind: string, name: string, what: string, { children, at }: Status): Html => {
  const mine = children
    .filter(({ child }) => child.startsWith(`${kind}/`))
    .toSorted((a, b) => order.indexOf(tones[a.state._tag]) - order.indexOf(tones[b.state._tag]))
  const rest = mine.length - shown
  return html`<li class="branch"><div class="node"><strong>${name}</strong> <span class="note">${count(mine.length, "child", "children")}</span><small>${what}; restarted one by one</small></div>
<ul>${mine.slice(0, shown).map((one) => child(one, at))}${rest > 0 ? html`<li class="node">and ${rest} more</li>` : undefined}</ul></li>`
}

export const supervisionPage = (status: Status): Page => ({
  title: "Supervision",
  main: html`<h1>Supervision</h1><p class="note">Started from top to bottom, stopped from bottom to top. Who fails is restarted alone; who fails too often is set apart and tried again now and then.</p>
<ul class="tree"><li class="root"><div class="node"><strong>Oncecast</strong><small>ends, and is started anew, when the store fails for good or most of a branch is set apart</small></div>
<ul>${branches.map(([kind, name, what]) => branch(kind, name, what, status))}</ul></li></ul>`
})

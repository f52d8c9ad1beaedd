// The pages' own script. Everything can be read without it; it keeps the page fresh, its times true, and draws the charts.
// The page is brought up to date by what the server would show now, in place: what has the focus, is open or typed stays as it is.

export const script = `"use strict"
const span = (ms) => {
  const seconds = Math.round(Math.abs(ms) / 1000)
  if (seconds < 120) return seconds + " s"
  if (seconds < 7200) return Math.round(seconds / 60) + " min"
  if (seconds < 172800) return Math.round(seconds / 3600) + " h"
  return Math.round(seconds / 86400) + " d"
}
const pause = (ms) => new Promise((go) => AbortSignal.timeout(ms).addEventListener("abort", go))
const tick = () => {
  const now = performance.timeOrigin + performance.now()
  for (const time of document.querySelectorAll("#page time")) {
    const at = Date.parse(time.dateTime)
    const text = at <= now ? ("due" in time.dataset ? "now" : span(now - at) + " ago") : "in " + span(at - now)
    if (time.textContent !== text) time.textContent = text
  }
}

const keyOf = (node) => (node.nodeType === 1 ? node.dataset.key ?? node.id ?? "" : "")
const same = (a, b) => a.nodeType === b.nodeType && a.nodeName === b.nodeName && keyOf(a) === keyOf(b)
const attributes = (now, next) => {
  for (const { name } of [...now.attributes])
    if (!next.hasAttribute(name) && !(name === "open" && now.nodeName === "DETAILS")) now.removeAttribute(name)
  for (const { name, value } of next.attributes) if (now.getAttribute(name) !== value) now.setAttribute(name, value)
}
const bring = (now, next) => {
  if (now.nodeType !== 1) {
    if (now.nodeValue !== next.nodeValue) now.nodeValue = next.nodeValue
    return
  }
  if (now.dataset.drawn) return
  const time = now.nodeName === "TIME"
  attributes(now, next)
  if (!time) children(now, next)
}
const children = (now, next) => {
  const keyed = new Map()
  for (const child of now.children) if (keyOf(child)) keyed.set(keyOf(child), child)
  let at = now.firstChild
  for (const wanted of [...next.childNodes]) {
    const known = keyOf(wanted) && keyed.get(keyOf(wanted))
    if (known && same(known, wanted)) {
      if (known !== at) now.insertBefore(known, at)
      else at = at.nextSibling
      bring(known, wanted)
    } else if (at && same(at, wanted) && !keyOf(at)) {
      const here = at
      at = at.nextSibling
      bring(here, wanted)
    } else {
      const made = document.importNode(wanted, true)
      if (made.nodeType === 1 && made.dataset.key) made.classList.add("new")
      now.insertBefore(made, at)
    }
  }
  while (at) {
    const gone = at
    at = at.nextSibling
    gone.remove()
  }
}

const page = () => document.getElementById("page")
let looking = false
let again = false
const look = async () => {
  if (looking) return void (again = true)
  looking = true
  try {
    const answer = await window.fetch(location.href, { headers: { accept: "text/html" } })
    if (!answer.ok) return
    const next = new DOMParser().parseFromString(await answer.text(), "text/html")
    const then = next.getElementById("page")
    if (then) bring(page(), then)
    const places = next.querySelector("nav.places")
    if (places) bring(document.querySelector("nav.places"), places)
    tick()
  } catch {
    // The next event looks again; whether the service can be reached is what the mark in the corner says.
  } finally {
    looking = false
    if (again) {
      again = false
      later()
    }
  }
}
let due = false
const later = async () => {
  if (due) return
  due = true
  await pause(250)
  due = false
  if (!document.hidden) look()
}

const live = document.getElementById("live")
const show = (text, lost) => {
  live.hidden = false
  live.textContent = text
  live.classList.toggle("lost", lost)
}
const fresh = !document.querySelector("main form.log-in")
if (fresh) {
  const events = new EventSource("events")
  let first = true
  events.addEventListener("look", () => {
    show("Live", false)
    if (first) first = false
    else later()
  })
  events.addEventListener("error", () => show("Not connected", true))
  addEventListener("pagehide", () => events.close())
  document.addEventListener("visibilitychange", () => document.hidden || look())
}

const url = new URL(location.href)
if (url.searchParams.has("said")) {
  url.searchParams.delete("said")
  history.replaceState(null, "", url)
}
const word = document.getElementById("said")
if (word) pause(12000).then(() => word.remove())

const series = {
  posts: (sample) => sample.posts,
  latency: (sample) => (sample.latencyMs === null ? null : sample.latencyMs / 1000),
  queued: (sample) => sample.queued,
  memory: (sample) => sample.memoryBytes / 1048576
}
const colour = (name) => {
  const probe = document.body.appendChild(document.createElement("i"))
  probe.style.color = "var(" + name + ")"
  const resolved = getComputedStyle(probe).color
  probe.remove()
  return resolved
}
const clock = (at, step) =>
  new Date(at * 1000).toLocaleString("en-GB", step < 86400 ? { hour: "2-digit", minute: "2-digit" } : { day: "numeric", month: "short" })
const draw = (figure, samples, sync) => {
  const of = series[figure.dataset.chart]
  const unit = figure.dataset.unit
  const axis = { stroke: colour("--soft"), grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false }, font: "12px system-ui" }
  const said = (value) => (value === null || value === undefined ? "–" : (Math.round(value * 100) / 100).toLocaleString("en") + (unit ? " " + unit : ""))
  const holder = document.createElement("div")
  figure.querySelector("svg")?.remove()
  figure.append(holder)
  figure.dataset.drawn = "1"
  const chart = new uPlot(
    {
      width: figure.clientWidth - 2, height: 190, cursor: { sync: { key: sync } },
      legend: { live: true },
      scales: { y: { range: (_, least, most) => [0, Math.max(1, most * 1.1)] } },
      axes: [{ ...axis, size: 34, values: (_, ticks, __, ___, step) => ticks.map((at) => clock(at, step)) }, { ...axis, size: 56, values: (_, ticks) => ticks.map((tick) => tick.toLocaleString("en")) }],
      series: [
        { label: "Time", value: (_, at) => (at === null ? "–" : new Date(at * 1000).toLocaleString("en-GB", { dateStyle: "short", timeStyle: "short" })) },
        { label: figure.querySelector("figcaption").firstChild.nodeValue.trim(), stroke: colour("--accent"), fill: colour("--wash"), width: 1.5, points: { show: samples.length < 40 }, value: (_, value) => said(value) }
      ]
    },
    [samples.map(({ at }) => at / 1000), samples.map(of)],
    holder
  )
  addEventListener("resize", () => chart.setSize({ width: figure.clientWidth - 2, height: 190 }))
  return (fresh) => chart.setData([fresh.map(({ at }) => at / 1000), fresh.map(of)])
}
const charts = document.querySelector(".charts")
const samplesNow = () => window.fetch("api/samples?hours=" + charts.dataset.hours).then((answer) => answer.json())
if (charts && window.uPlot) {
  samplesNow().then(async (samples) => {
    const redraws = [...charts.querySelectorAll("figure")].map((figure) => draw(figure, samples, "all"))
    for (;;) {
      await pause(60000)
      await samplesNow().then((now) => redraws.forEach((redraw) => redraw(now))).catch(() => {})
    }
  })
}

const ticking = async () => {
  for (;;) {
    tick()
    await pause(1000)
  }
}
ticking()
`

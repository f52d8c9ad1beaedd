// The page's own script: times in the reader's zone, and every two seconds a look for news (304 when there are none). The page works without it.

export const script = `"use strict"
const every = 2000
const localTimes = () => {
  for (const time of document.querySelectorAll("time")) {
    const date = new Date(time.dateTime)
    time.textContent = date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })
    time.title = date.toLocaleString()
  }
}
const atBottom = () => innerHeight + scrollY >= document.documentElement.scrollHeight - 80
let tag = ""
const pause = (ms) => new Promise((go) => AbortSignal.timeout(ms).addEventListener("abort", go))
const look = async () => {
  const answer = await window.fetch(location.pathname, { headers: tag ? { "if-none-match": tag } : {} })
  if (answer.status !== 200) return
  tag = answer.headers.get("etag") ?? ""
  const stays = atBottom()
  const known = new Set([...document.querySelectorAll("main [id]")].map((post) => post.id))
  const next = new DOMParser().parseFromString(await answer.text(), "text/html")
  for (const part of ["main", "header"]) {
    const now = document.querySelector(part)
    const then = next.querySelector(part)
    if (now !== null && then !== null) now.replaceWith(document.adoptNode(then))
  }
  localTimes()
  for (const post of document.querySelectorAll("main [id]")) if (!known.has(post.id)) post.classList.add("new")
  if (stays) scrollTo({ top: document.documentElement.scrollHeight, behavior: "smooth" })
}
const watch = async () => {
  for (;;) {
    await pause(every)
    if (!document.hidden) await look().catch(() => {})
  }
}
localTimes()
if (location.hash === "") scrollTo(0, document.documentElement.scrollHeight)
watch()
`

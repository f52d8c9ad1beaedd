// The admin's chat shows what there is and changes it through the commands: each command, as an admin writes it and presses its buttons.
import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { AuditLog } from "../../../src/outbox/AuditLog.ts"
import { Ledger } from "../../../src/outbox/Ledger.ts"
import { Steering } from "../../../src/outbox/Steering.ts"
import { pages, sendNext, shopLists } from "../operating.ts"
import { admin, chatLayer, last, press, type Shown, Stage, say, shownTo, started } from "./chatting.ts"

const chatting = <A, E, R>(test: Effect.Effect<A, E, R>) =>
  Effect.zipRight(started, test).pipe(Effect.provide(chatLayer))

const rows = Effect.flatMap(Ledger, (ledger) => ledger.deliveries({ limit: 100 }))
const isPaused = (kind: "channel" | "source", id: string) =>
  Effect.flatMap(Steering, (steering) => steering.isPaused({ kind, id }))
const audited = Effect.map(
  Effect.flatMap(AuditLog, (log) => log.entries({ limit: 50 })),
  (entries) => entries.map(({ by, command, target, done }) => ({ by, command, target, done }))
)
const labels = ({ buttons }: Shown) => buttons.map(({ text }) => text)
const page = (url: string, title: string) =>
  pages.set(url, { title, link: url, body: "", images: [], categories: [] })

describe("the admin's chat", () => {
  it.scoped("tells with /status in one sentence whether all is well, and what waits in each channel", () =>
    chatting(
      Effect.gen(function* () {
        yield* shopLists(3)
        const shown = yield* say("/status")
        assert.include(shown.text, "3 posts wait for their turn")
        assert.include(shown.text, "deals: 3 queued")
        assert.deepStrictEqual(labels(shown), ["Queue", "Channels", "Sources", "Refresh"])
        const queue = yield* press("Queue")
        assert.strictEqual(queue.id, shown.id, "another view takes the place of the first")
        assert.include(queue.text, "Queues")
      })
    )
  )

  it.scoped("lists a queue in its order, page by page, and lets one go first after a question", () =>
    chatting(
      Effect.gen(function* () {
        yield* shopLists(7)
        const ids = (yield* rows).map(({ id }) => id).sort((a, b) => a - b)
        const shown = yield* say("/queue deals")
        assert.include(shown.text, `${ids[0]} offer`)
        assert.notInclude(shown.text, `${ids[6]} offer`)
        const more = yield* press("More")
        assert.include(more.text, `${ids[6]} offer`)
        yield* press(`${ids[6]} first`)
        assert.include((yield* last()).text, `Let delivery ${ids[6]} go first`)
        const done = yield* press("Yes")
        assert.include(done.text, "goes next")
        assert.match((yield* say("/queue deals")).text, new RegExp(`^Queue of deals[^\n]*\n${ids[6]} `))
      })
    )
  )

  it.scoped("pauses and resumes by name and by button, each after a question, in the admin's name", () =>
    chatting(
      Effect.gen(function* () {
        const question = yield* say("/pause deals")
        assert.deepStrictEqual(labels(question), ["Yes, pause deals", "No, leave it"])
        assert.isFalse(yield* isPaused("channel", "deals"), "asking changes nothing")
        const done = yield* press("Yes")
        assert.strictEqual(done.text, "✅ The channel deals is paused.")
        assert.deepStrictEqual(done.buttons, [])
        assert.isTrue(yield* isPaused("channel", "deals"))
        assert.include((yield* say("/channels")).text, "paused")
        yield* press("Resume deals")
        yield* press("Yes")
        assert.isFalse(yield* isPaused("channel", "deals"))
        yield* say("/sources")
        yield* press("shop again")
        assert.include((yield* last()).text, "Let the source shop go on?")
        const left = yield* press("No")
        assert.strictEqual(left.text, "Left as it was.")
        const by = `admin ${admin} in the chat`
        assert.deepStrictEqual(yield* audited, [
          { by, command: "resume", target: "channel/deals", done: true },
          { by, command: "pause", target: "channel/deals", done: true }
        ])
        assert.include((yield* say("/pause dealz")).text, "there are deals, news, shop, blog")
      })
    )
  )

  it.scoped("queues a refused delivery again, found by its number or in the list", () =>
    chatting(
      Effect.gen(function* () {
        yield* shopLists(1)
        const refused = yield* sendNext({ _tag: "Refused", reason: "too <long>" })
        assert.include((yield* say("/retry")).text, "refused")
        yield* press(`Queue ${refused} again`)
        const done = yield* press("Yes")
        assert.include(done.text, "is queued again")
        assert.strictEqual((yield* rows)[0]?.state, "queued")
        assert.include((yield* say("/retry 999")).text, "There is no delivery 999")
        assert.include((yield* say("/retry soon")).text, "not the number of a delivery")
      })
    )
  )

  it.scoped("decides a held flood by three buttons, and never another flood than the one shown", () =>
    chatting(
      Effect.gen(function* () {
        yield* shopLists(3, "old")
        yield* shopLists(20, "flood")
        const before = (yield* rows).length
        assert.deepInclude(labels(yield* say("/decisions")), "Newest 10")
        yield* press("None")
        yield* press("Newest 10")
        assert.include((yield* last()).text, "post the newest 10")
        assert.include((yield* press("Yes")).text, "10 deliveries")
        assert.strictEqual((yield* rows).length - before, 10)
        yield* shopLists(20, "second-flood")
        const stale = yield* press("Yes, post none")
        assert.include(stale.text, "decided before")
        assert.lengthOf(
          (yield* rows).filter(({ state }) => state === "queued"),
          13
        )
      })
    )
  )

  it.scoped("posts a page after showing it, once in each channel", () =>
    chatting(
      Effect.gen(function* () {
        const url = "https://shop.example/kettle"
        page(url, "Kettle")
        const question = yield* say(`/post ${url}`)
        assert.deepStrictEqual(labels(question), ["Post to deals", "Post to news", "No, leave it"])
        assert.strictEqual((yield* shownTo()).at(-2)?.text, "Kettle")
        assert.deepStrictEqual(yield* rows, [])
        assert.include((yield* press("Post to deals")).text, '"Kettle" is queued for deals.')
        yield* say(`/post ${url} deals`)
        assert.include((yield* press("Post to deals")).text, "it was given to deals before")
        yield* say(`/post ${url} news`)
        assert.include((yield* press("Post to news")).text, "queued for news")
        assert.deepStrictEqual((yield* rows).map(({ channel }) => channel).sort(), ["deals", "news"])
        assert.include((yield* say("/post http://169.254.169.254/")).text, "cannot be reached")
        assert.include((yield* say("/post kettle")).text, "not the address of a page")
        assert.include((yield* say(`/post ${url} dealz`)).text, "there are deals, news")
      })
    )
  )

  it.scoped("does not post by hand what another source has brought to the channel", () =>
    chatting(
      Effect.gen(function* () {
        const url = "https://shop.example/pan"
        yield* shopLists(1, "pan", { link: url })
        page(url, "Pan")
        yield* say(`/post ${url} deals`)
        assert.include((yield* press("Post to deals")).text, "another source has brought it")
        assert.lengthOf(yield* rows, 1)
      })
    )
  )

  it.scoped("says why a preview cannot be had", () =>
    chatting(
      Effect.gen(function* () {
        assert.include((yield* say("/preview shop")).text, '"shop" cannot be reached')
        assert.include((yield* say("/preview")).text, "Say of what")
      })
    )
  )

  it.scoped("shows the last posts and who changed what, and goes back in it", () =>
    chatting(
      Effect.gen(function* () {
        yield* shopLists(1)
        yield* sendNext({ _tag: "Sent", messageIds: [5] })
        for (let times = 0; times < 5; times++) {
          yield* say("/pause deals")
          yield* press("Yes")
          yield* say("/resume deals")
          yield* press("Yes")
        }
        const shown = yield* say("/history")
        assert.match(shown.text, /Last posts\n\d+ offer 0 → deals/)
        assert.include(shown.text, `admin ${admin} in the chat: resume channel/deals`)
        const older = yield* press("Older")
        assert.notInclude(older.text, "Last posts")
        assert.include(older.text, "pause channel/deals")
      })
    )
  )

  it.scoped("sends the deliveries as a file in which nothing is a formula", () =>
    chatting(
      Effect.gen(function* () {
        yield* shopLists(1, "=HYPERLINK(1)", { title: '=HYPERLINK("https://evil.example")' })
        const shown = yield* say("/export")
        assert.match(shown.file, /^oncecast-deliveries-1970-01-01\.csv$/)
        assert.include(shown.text, "1 delivery")
      })
    )
  )

  it.scoped("adds to the catalog, changes it and takes out, showing the lines first", () =>
    chatting(
      Effect.gen(function* () {
        const { path } = yield* Stage
        const question = yield* say(
          "/add source toys kind=rss url=https://toys.example/feed?a=b every=5 minutes to=deals,news"
        )
        assert.include(question.text, "+  toys:")
        assert.include(question.entities, "pre")
        assert.notInclude(readFileSync(path, "utf8"), "toys")
        assert.include((yield* press("Yes, add it")).text, "The service goes by it")
        const text = readFileSync(path, "utf8")
        assert.include(text, "every: 5 minutes")
        assert.include(text, "# ours", "comments stay")
        yield* say("/set source toys every=1 hour start=3")
        yield* press("Yes, change it")
        yield* say("/set source toys start=")
        yield* press("Yes, change it")
        assert.match(readFileSync(path, "utf8"), /every: 1 hour/)
        assert.notMatch(readFileSync(path, "utf8"), /toys:[\s\S]*start/)
        yield* say('/add channel quiet\nchat: "@quiet"\npace:\n  gap: 5 seconds')
        yield* press("Yes, add it")
        assert.include(readFileSync(path, "utf8"), "@quiet")
        yield* say("/remove source toys")
        yield* press("Yes, remove it")
        assert.notInclude(readFileSync(path, "utf8"), "toys")
        assert.lengthOf(yield* audited, 5)
      })
    )
  )

  it.scoped("refuses a change of the catalog that would break it, or that somebody else overtook", () =>
    chatting(
      Effect.gen(function* () {
        const { path } = yield* Stage
        const before = readFileSync(path, "utf8")
        assert.include((yield* say("/add source toys kind=rss")).text, "url")
        assert.include((yield* say("/set source nobody every=1 hour")).text, "there is no source nobody")
        assert.include((yield* say("/add toys")).text, "write /add source NAME")
        assert.include((yield* say("/set source shop quickly")).text, "key=value")
        yield* say("/set source shop every=1 hour")
        yield* say("/remove source blog")
        yield* press("Yes, remove it")
        assert.include((yield* press("Yes, change it")).text, "changed by somebody else meanwhile")
        assert.notStrictEqual(readFileSync(path, "utf8"), before)
        assert.notInclude(readFileSync(path, "utf8"), "1 hour")
      })
    )
  )

  it.scoped("lists its commands, for people and for the menu of the apps", () =>
    chatting(
      Effect.gen(function* () {
        const { telegram } = yield* Stage
        const help = yield* say("/start")
        for (const word of ["/status", "/post", "/export", "/add", "/help"]) assert.include(help.text, word)
        assert.strictEqual((yield* say("/dance")).text, "There is no /dance; /help lists what there is.")
        assert.include((yield* say("/status@once_bot")).text, "no post waits")
        const [set] = yield* telegram.control.calls("setMyCommands")
        assert.strictEqual(set?.outcome, "200")
      })
    )
  )
})

// A real browser for the scenarios: Debian's Chromium, driven through playwright-core. It notes whatever a page must never do.
import { request as ask, createServer } from "node:http"
import axe from "axe-core"
import { Effect, type Scope } from "effect"
import { type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core"

export interface Tab {
  readonly page: Page
  /** Scripts that failed or were refused, dialogs, requests to another origin than the first page's. */
  readonly offences: () => ReadonlyArray<string>
}

export type Open = (options?: BrowserContextOptions) => Effect.Effect<Tab, never, Scope.Scope>

const watched = (page: Page): Tab => {
  const offences: Array<string> = []
  let origin: string | undefined
  page.on("pageerror", (error) => offences.push(`error: ${error.message}`))
  page.on("console", (message) => {
    if (/Content Security Policy|Refused to/.test(message.text())) offences.push(message.text())
  })
  page.on("dialog", (dialog) => {
    offences.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on("request", (request) => {
    const from = new URL(request.url()).origin
    origin ??= from
    if (from !== origin) offences.push(`request to ${request.url()}`)
  })
  return { page, offences: () => offences }
}

/** Opens tabs, each in a context of its own. */
export const browser: Effect.Effect<Open, never, Scope.Scope> = Effect.gen(function* () {
  const running = yield* Effect.acquireRelease(
    Effect.promise(() =>
      chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] })
    ),
    (started) => Effect.promise(() => started.close())
  )
  return (options = {}) =>
    Effect.acquireRelease(
      Effect.promise(() => running.newContext(options)),
      (context: BrowserContext) => Effect.promise(() => context.close())
    ).pipe(
      Effect.flatMap((context) =>
        Effect.map(
          Effect.promise(() => context.newPage()),
          watched
        )
      )
    )
})

interface Violation {
  readonly id: string
  readonly impact: string
  readonly nodes: ReadonlyArray<{ readonly html: string }>
}

/** What axe-core finds on the page that WCAG A and AA call serious or worse. */
export const serious = (page: Page): Effect.Effect<ReadonlyArray<string>> =>
  Effect.promise(async () => {
    await page.evaluate(axe.source)
    const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    const found = await page.evaluate<ReadonlyArray<Violation>>(
      `axe.run({ runOnly: ${JSON.stringify(rules)} }).then(({ violations }) => violations)`
    )
    return found
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)
  })

/** A proxy that serves `target` under `/ops/`, as one in front of several services does. */
export const underPath = (target: string): Effect.Effect<string, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.async<{ readonly url: string; readonly close: () => void }>((resume) => {
      const server = createServer((request, response) => {
        const path = request.url?.replace(/^\/ops(?=\/)/, "") ?? "/"
        const to = ask(
          new URL(path, target),
          { method: request.method, headers: request.headers },
          (answer) => {
            response.writeHead(answer.statusCode ?? 502, answer.headers)
            answer.pipe(response)
          }
        )
        to.on("error", () => response.destroy())
        response.on("close", () => to.destroy())
        request.pipe(to)
      })
      server.listen(0, "127.0.0.1", () => {
        const address = server.address()
        const port = address !== null && typeof address === "object" ? address.port : 0
        const close = () => {
          server.closeAllConnections()
          server.close()
        }
        resume(Effect.succeed({ url: `http://127.0.0.1:${port}/ops`, close }))
      })
    }),
    ({ close }) => Effect.sync(close)
  ).pipe(Effect.map(({ url }) => url))

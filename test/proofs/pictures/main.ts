// `npm run pictures`: draws the pictures of the README anew, from the real program in a real Chromium. A person looks at each before it is kept.
import { mkdirSync, writeFileSync } from "node:fs"
import { resolve } from "node:path"
import { Effect, Logger, LogLevel } from "effect"
import type { BrowserContextOptions } from "playwright-core"
import sharp from "sharp"
import { browser, type Tab } from "../../scenarios/Browser.ts"
import { dashboardToken, staged } from "./Stage.ts"

const folder = resolve(import.meta.dirname, "../../../docs")

const desk: BrowserContextOptions = { viewport: { width: 1280, height: 900 } }
const dark: BrowserContextOptions = { ...desk, colorScheme: "dark" }
const phone: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  hasTouch: true,
  isMobile: true
}

const go = ({ page }: Tab, url: string) =>
  Effect.promise(async () => {
    await page.goto(url)
    await page.waitForSelector("#live:not([hidden])", { timeout: 10_000 }).catch(() => undefined)
    await page.waitForTimeout(1_200)
  })

const keep = ({ page }: Tab, name: string) =>
  Effect.promise(async () => {
    const png = await page.screenshot()
    writeFileSync(
      resolve(folder, `${name}.webp`),
      await sharp(png).webp({ quality: 82, effort: 6 }).toBuffer()
    )
    process.stdout.write(`docs/${name}.webp\n`)
  })

const logIn = (tab: Tab, url: string) =>
  Effect.promise(async () => {
    await tab.page.goto(`${url}/log-in`)
    await tab.page.fill("#name", "Ann")
    await tab.page.fill("#token", dashboardToken)
    await tab.page.click("main button")
  })

const pictures = Effect.gen(function* () {
  mkdirSync(folder, { recursive: true })
  const { program } = yield* staged
  const open = yield* browser
  const { parked } = yield* program.status
  const at = (place: string) => `${program.url}/${place}`
  const ann = yield* open(desk)
  yield* logIn(ann, program.url)
  const night = yield* open(dark)
  yield* logIn(night, program.url)
  const pocket = yield* open(phone)
  for (const [tab, place, name] of [
    [ann, "", "overview"],
    [ann, "channels/books", "channel"],
    [ann, `deliveries/${parked[0]?.id ?? 1}`, "delivery"],
    [night, "charts", "dark"],
    [pocket, "", "phone"]
  ] as const) {
    yield* go(tab, at(place))
    yield* keep(tab, name)
  }
  yield* go(ann, at("catalog/entry?of=sources&name=gadgets"))
  yield* Effect.promise(() => ann.page.fill("#every", "10 minutes"))
  yield* Effect.promise(() => ann.page.click("main button.main"))
  yield* keep(ann, "catalog")
})

await Effect.runPromise(pictures.pipe(Effect.scoped, Logger.withMinimumLogLevel(LogLevel.Error)))

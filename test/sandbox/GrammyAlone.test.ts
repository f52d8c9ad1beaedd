// An ordinary grammY bot against the emulator: grammY talks to it as to Telegram, and nothing here knows more of it than its address and control.
import { createServer } from "node:http"
import { assert, describe, it } from "@effect/vitest"
import { Effect, type Scope } from "effect"
import {
  Api,
  Bot,
  type Context,
  GrammyError,
  HttpError,
  InlineKeyboard,
  InputFile,
  InputMediaBuilder,
  webhookCallback
} from "grammy"
import { emulatorOnLoopback } from "../../src/sandbox/http/HttpShell.ts"
import { type EmulatorOptions, sandboxToken } from "../../src/sandbox/Machine.ts"
import { png } from "./pictures.ts"

const channel = "@deals"
const user = 42

const world = (options: EmulatorOptions = {}) =>
  Effect.gen(function* () {
    const emulator = yield* emulatorOnLoopback(options)
    yield* emulator.control.addChat({ username: channel, title: "Deals" })
    const bot = new Bot(sandboxToken, { client: { apiRoot: emulator.url } })
    return { ...emulator, bot, api: bot.api }
  })

const done = <A>(call: () => Promise<A>): Effect.Effect<A> => Effect.promise(call)
/** The error of a call that must fail. */
const failure = (call: () => Promise<unknown>): Effect.Effect<unknown> =>
  Effect.promise(() =>
    call().then(
      () => "no error",
      (error: unknown) => error
    )
  )
const upload = (width: number) => new InputFile(png(width, 10), "p.png")

/** Long polling until the scope closes. */
const started = (bot: Bot): Effect.Effect<void, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.async<void>((resume) => {
      void bot.start({ onStart: () => resume(Effect.void) })
    }),
    () => done(() => bot.stop())
  )

/** Looks again until it holds. */
const until = (what: string, holds: Effect.Effect<boolean>) =>
  holds.pipe(
    Effect.delay("10 millis"),
    Effect.repeat({ until: (yes) => yes }),
    Effect.timeoutOption("5 seconds"),
    Effect.flatMap((seen) => (seen._tag === "None" ? Effect.dieMessage(`in vain: ${what}`) : Effect.void))
  )

describe("grammY alone", () => {
  it.scopedLive("a bot that polls: commands, buttons, answers", () =>
    Effect.gen(function* () {
      const { bot, control } = yield* world()
      bot.command("start", (ctx: Context) =>
        ctx.reply("Welcome", { reply_markup: new InlineKeyboard().text("Yes", "yes").text("No", "no") })
      )
      bot.callbackQuery("yes", async (ctx) => {
        await ctx.answerCallbackQuery("Thank you")
        await ctx.editMessageText(`You said ${ctx.callbackQuery.data}`)
      })
      bot.on("message:text", (ctx) =>
        ctx.reply(ctx.message.text.toUpperCase(), { reply_parameters: { message_id: ctx.msgId } })
      )
      yield* started(bot)
      const texts = Effect.map(Effect.orDie(control.standing(`${user}`)), (messages) =>
        messages
          .map(({ versions }) => versions.at(-1)?.content)
          .map((content) => (content?.kind === "text" ? content.text.text : ""))
      )
      const shows = (...expected: ReadonlyArray<string>) =>
        until(
          `${expected}`,
          Effect.map(texts, (shown) => shown.join() === expected.join())
        )
      yield* control.say(user, "/start")
      yield* shows("/start", "Welcome")
      yield* control.press(`${user}`, 2, "yes", user)
      yield* shows("/start", "You said yes")
      yield* control.say(user, "loud")
      yield* shows("/start", "You said yes", "loud", "LOUD")
      assert.strictEqual((yield* control.standing(`${user}`)).at(-1)?.reply, 3)
    })
  )

  it.scopedLive("a bot that publishes: text, photo, album, edits, pin, forward, delete", () =>
    Effect.gen(function* () {
      const { api, control } = yield* world()
      yield* control.addChat({ username: "@log_chat" })
      const sent = yield* done(() => api.sendMessage(channel, "<b>New</b>", { parse_mode: "HTML" }))
      assert.deepStrictEqual(sent.entities, [{ type: "bold", offset: 0, length: 3 }])
      const photo = yield* done(() => api.sendPhoto(channel, upload(100), { caption: "9 €" }))
      assert.strictEqual(photo.photo.at(-1)?.width, 100)
      const again = yield* done(() => api.sendPhoto(channel, photo.photo.at(-1)?.file_id ?? ""))
      assert.strictEqual(again.photo.at(-1)?.file_unique_id, photo.photo.at(-1)?.file_unique_id)
      const album = yield* done(() =>
        api.sendMediaGroup(channel, [
          InputMediaBuilder.photo(upload(20), { caption: "one" }),
          InputMediaBuilder.photo(upload(30), { caption: "two" })
        ])
      )
      assert.deepStrictEqual(
        album.map(({ message_id }) => message_id),
        [4, 5]
      )
      yield* done(() => api.editMessageText(channel, 1, "Sold"))
      yield* done(() => api.editMessageCaption(channel, 2, { caption: "7 €" }))
      yield* done(() => api.editMessageMedia(channel, 3, InputMediaBuilder.photo(upload(50))))
      yield* done(() => api.pinChatMessage(channel, 2))
      const copy = yield* done(() => api.forwardMessage("@log_chat", channel, 2))
      assert.isTrue(copy.forward_origin?.type === "channel" && copy.forward_origin.message_id === 2)
      yield* done(() => api.deleteMessages(channel, [4, 5]))
      assert.deepStrictEqual(
        (yield* control.standing(channel)).map(({ id }) => id),
        [1, 2, 3, 6]
      )
    })
  )

  it.scopedLive("a refusal is a GrammyError with code, words and parameters", () =>
    Effect.gen(function* () {
      const { api, control } = yield* world({ rate: { mode: "reject", burst: 2 } })
      const error = yield* failure(() => api.sendMessage("@nobody_here", "x"))
      assert.isTrue(error instanceof GrammyError && error.error_code === 400)
      assert.isTrue(error instanceof GrammyError && error.description === "Bad Request: chat not found")
      yield* done(() => api.sendMessage(channel, "a"))
      yield* done(() => api.sendMessage(channel, "b"))
      const busy = yield* failure(() => api.sendMessage(channel, "c"))
      assert.isTrue(busy instanceof GrammyError && busy.parameters.retry_after === 1)
      yield* control.rate({ mode: "off" })
      yield* done(() => api.sendMessage(channel, "c"))
    })
  )

  /** [fault, what grammY says of it]; the message stands each time. @source reference/telegram-bot-api.md §5.1 */
  const lost = [
    [{ stage: "processed", action: { kind: "rst" } }, /ECONNRESET|socket hang up/],
    [{ stage: "processed", action: { kind: "html", status: 502 } }, /invalid json/],
    [{ stage: "processed", action: { kind: "stall" } }, /timed out/],
    [{ stage: "body", action: { kind: "half" } }, /timed out|Premature close|ECONNRESET/]
  ] as const
  for (const [fault, words] of lost) {
    it.scopedLive(`§5.1: ${JSON.stringify(fault)} is an HttpError`, () =>
      Effect.gen(function* () {
        const { url, control } = yield* world()
        const api = new Api(sandboxToken, { apiRoot: url, timeoutSeconds: 1 })
        yield* control.fault(fault)
        const error = yield* failure(() => api.sendMessage(channel, "x"))
        assert.isTrue(error instanceof HttpError)
        assert.match(error instanceof HttpError ? String(error.error) : "", words)
        assert.lengthOf(yield* control.standing(channel), 1)
      })
    )
  }

  it.scopedLive("§6: a second instance ends the first, and bot.start() rejects", () =>
    Effect.gen(function* () {
      const { bot, url, control } = yield* world()
      const first = yield* Effect.fork(failure(() => bot.start()))
      yield* until(
        "the first polls",
        Effect.map(control.calls("getUpdates"), (calls) => calls.length > 0)
      )
      yield* started(new Bot(sandboxToken, { client: { apiRoot: url } }))
      const error = yield* first
      assert.isTrue(error instanceof GrammyError && error.error_code === 409)
    })
  )

  it.scopedLive(
    "a bot behind a webhook: the secret is checked, updates are handled, polling is refused",
    () =>
      Effect.gen(function* () {
        const { bot, control, url } = yield* world({ switches: { localServer: true } })
        bot.on("message:text", (ctx) => ctx.reply(`heard ${ctx.message.text}`))
        const server = createServer(webhookCallback(bot, "http", { secretToken: "s3cret" }))
        yield* Effect.acquireRelease(
          Effect.async<void>((resume) => void server.listen(0, "127.0.0.1", () => resume(Effect.void))),
          () => Effect.sync(() => server.close())
        )
        const address = server.address()
        const hook = `http://127.0.0.1:${address !== null && typeof address === "object" ? address.port : 0}/`
        yield* done(() => bot.api.setWebhook(hook, { secret_token: "wrong" }))
        yield* control.say(user, "hello")
        const info = Effect.promise(() => bot.api.getWebhookInfo())
        yield* until(
          "the wrong secret is refused",
          Effect.map(info, (one) => one.last_error_message !== undefined)
        )
        assert.include((yield* info).last_error_message, "401")
        yield* done(() => bot.api.setWebhook(hook, { secret_token: "s3cret" }))
        const heard = Effect.map(
          Effect.orDie(control.standing(`${user}`)),
          (messages) => messages.length === 2
        )
        yield* until("the update is handled", heard)
        const error = yield* failure(() =>
          new Bot(sandboxToken, { client: { apiRoot: url } }).api.getUpdates()
        )
        assert.isTrue(error instanceof GrammyError && error.error_code === 409)
      })
  )
})

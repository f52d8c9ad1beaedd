// Control over HTTP, for emulators in a process of their own (E22): `POST /_emu/<verb>` with a JSON object, `GET /_emu/<noun>?chat=…`. Answers
// `{ok, result}`; 400 for arguments that do not fit, 404 for what is not there.
import { Effect, Either, type ParseResult, Schema } from "effect"
import { Membership, Rights } from "../Chat.ts"
import type { Control, NotThere } from "../Control.ts"
import { FaultRule } from "../Faults.ts"
import { RatePolicy } from "../RateModel.ts"
import { Snapshot } from "../Snapshot.ts"

const optional = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true })
const ChatName = Schema.String
const Named = Schema.Struct({ chat: ChatName })
const At = Schema.Struct({ chat: ChatName, id: Schema.Number })

type Verb = (args: unknown) => Effect.Effect<unknown, NotThere | ParseResult.ParseError>

const verb =
  <A, I>(
    schema: Schema.Schema<A, I>,
    act: (args: A) => Effect.Effect<unknown, NotThere | ParseResult.ParseError>
  ): Verb =>
  (args) =>
    Effect.flatMap(Schema.decodeUnknown(schema)(args), act)

const Empty = Schema.Struct({})

/** What can be told to an emulator. */
const verbs = (control: Control): Readonly<Record<string, Verb>> => ({
  reset: verb(Empty, () => control.reset),
  bot: verb(Schema.Struct({ token: Schema.String, username: optional(Schema.String) }), (bot) =>
    control.addBot(bot.token, bot.username)
  ),
  chat: verb(
    Schema.Struct({
      type: optional(Schema.Literal("channel", "supergroup", "private")),
      username: optional(Schema.String),
      id: optional(Schema.Number),
      title: optional(Schema.String),
      protectedContent: optional(Schema.Boolean),
      linkedChat: optional(Schema.Number),
      bots: optional(Membership)
    }),
    control.addChat
  ),
  membership: verb(
    Schema.Struct({
      chat: ChatName,
      status: Membership.fields.status,
      rights: optional(Schema.partialWith(Rights, { exact: true })),
      bot: optional(Schema.Number)
    }),
    ({ chat, status, rights, bot }) => control.setMembership(chat, status, rights, bot)
  ),
  setChat: verb(
    Schema.Struct({
      chat: ChatName,
      title: optional(Schema.String),
      protectedContent: optional(Schema.Boolean),
      linkedChat: optional(Schema.Number)
    }),
    ({ chat, ...change }) => control.setChat(chat, change)
  ),
  postAsAdmin: verb(Schema.Struct({ chat: ChatName, text: Schema.String }), ({ chat, text }) =>
    control.postAsAdmin(chat, text)
  ),
  editAsAdmin: verb(
    Schema.Struct({ chat: ChatName, id: Schema.Number, text: Schema.String }),
    ({ chat, id, text }) => control.editAsAdmin(chat, id, text)
  ),
  deleteAsAdmin: verb(At, ({ chat, id }) => control.deleteAsAdmin(chat, id)),
  say: verb(
    Schema.Struct({ user: Schema.Number, text: Schema.String, bot: optional(Schema.Number) }),
    ({ user, text, bot }) => control.say(user, text, bot)
  ),
  forwardAs: verb(
    Schema.Struct({
      user: Schema.Number,
      chat: ChatName,
      id: Schema.Number,
      bot: optional(Schema.Number)
    }),
    ({ user, chat, id, bot }) => control.forwardAs(user, chat, id, bot)
  ),
  press: verb(
    Schema.Struct({
      chat: ChatName,
      id: Schema.Number,
      data: Schema.String,
      user: optional(Schema.Number)
    }),
    ({ chat, id, data, user }) => control.press(chat, id, data, user)
  ),
  webPhoto: verb(
    Schema.Struct({
      url: Schema.String,
      bytes: optional(Schema.Uint8ArrayFromBase64),
      failure: optional(Schema.String),
      delayMs: optional(Schema.Number)
    }),
    ({ url, bytes, failure, delayMs }) => {
      const delay = delayMs === undefined ? {} : { delayMs }
      return control.webPhoto(
        url,
        bytes === undefined ? { failure: failure ?? "MEDIA_EMPTY", ...delay } : { bytes, ...delay }
      )
    }
  ),
  blind: verb(Schema.Struct({ chat: ChatName, id: Schema.Number, ms: Schema.Number }), ({ chat, id, ms }) =>
    control.blind(chat, id, ms)
  ),
  personalChat: verb(Schema.Struct({ user: Schema.Number, chat: ChatName }), ({ user, chat }) =>
    control.personalChat(user, chat)
  ),
  fault: verb(FaultRule, control.fault),
  clearFaults: verb(Empty, () => control.clearFaults),
  rate: verb(Schema.partialWith(RatePolicy, { exact: true }), control.rate),
  load: verb(Snapshot, (snapshot) => control.load(snapshot, new Map()))
})

/** What can be asked of an emulator. */
const nouns = (control: Control): Readonly<Record<string, Verb>> => ({
  chats: verb(Empty, () =>
    Effect.map(control.chats, (chats) =>
      chats.map(({ id, type, title, username, lastMessageId }) => ({
        id,
        type,
        title,
        username,
        lastMessageId
      }))
    )
  ),
  standing: verb(Named, ({ chat }) => control.standing(chat)),
  history: verb(Named, ({ chat }) => control.history(chat)),
  calls: verb(Schema.Struct({ method: optional(Schema.String) }), ({ method }) => control.calls(method)),
  windows: verb(Schema.Struct({ chat: optional(ChatName) }), ({ chat }) => control.windows(chat)),
  duplicates: verb(Schema.Struct({ chat: ChatName, marker: optional(Schema.String) }), ({ chat, marker }) =>
    marker === undefined
      ? control.duplicateTexts(chat)
      : control.duplicateMarkers(chat, new RegExp(marker, "u"))
  ),
  dump: verb(Empty, () => control.dump)
})

export interface ControlAnswer {
  readonly status: number
  readonly body: string
}

const told = (status: number, body: unknown): ControlAnswer => ({ status, body: JSON.stringify(body) })

/** Answers `/_emu/<name>`; `args` are the JSON body of a POST or the query of a GET. */
export const controlApi = (control: Control) => {
  const tables: Readonly<Record<string, Readonly<Record<string, Verb>>>> = {
    POST: verbs(control),
    GET: nouns(control)
  }
  return (method: string, name: string, args: unknown): Effect.Effect<ControlAnswer> => {
    const act = tables[method]?.[name]
    if (act === undefined) {
      return Effect.succeed(told(404, { ok: false, description: `no ${method} /_emu/${name}` }))
    }
    return act(args).pipe(
      Effect.map((result) => told(200, { ok: true, result: result ?? null })),
      Effect.catchTags({
        NotThere: ({ message }) => Effect.succeed(told(404, { ok: false, description: message })),
        ParseError: ({ message }) => Effect.succeed(told(400, { ok: false, description: message }))
      })
    )
  }
}

/** A JSON body as arguments; an empty one is an empty object. */
export const argumentsOf = (body: Buffer): Either.Either<unknown, string> =>
  Either.try({
    try: (): unknown => JSON.parse(body.length === 0 ? "{}" : body.toString()),
    catch: () => "The body is not JSON."
  })

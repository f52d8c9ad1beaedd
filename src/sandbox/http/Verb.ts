// One word of control over HTTP: arguments of any shape enter, are decoded, and are acted upon.
import { Effect, type ParseResult, Schema } from "effect"
import type { NotThere } from "../Control.ts"

export type Verb = (args: unknown) => Effect.Effect<unknown, NotThere | ParseResult.ParseError>

export type Verbs = Readonly<Record<string, Verb>>

export const verb =
  <A, I>(
    schema: Schema.Schema<A, I>,
    act: (args: A) => Effect.Effect<unknown, NotThere | ParseResult.ParseError>
  ): Verb =>
  (args) =>
    Effect.flatMap(Schema.decodeUnknown(schema)(args), act)

/** A verb without arguments. */
export const bare = (act: Effect.Effect<unknown, NotThere>): Verb => verb(Schema.Struct({}), () => act)

/** "@name" or an id. */
export const ChatName = Schema.Union(
  Schema.String,
  Schema.transform(Schema.Number, Schema.String, { decode: String, encode: Number })
)
export const InChat = Schema.Struct({ chat: ChatName })
export const AtMessage = Schema.Struct({ chat: ChatName, id: Schema.Number })

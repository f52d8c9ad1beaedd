// Where posts go: the real Telegram with a token, else the built-in sandbox (and with no catalog either, the samples as well).
import type { HttpApp } from "@effect/platform"
import { Effect, type Layer, Option, type Scope } from "effect"
import type { Catalog } from "../config/Catalog.ts"
import type { Telegram } from "../telegram/Telegram.ts"
import { botApi } from "./Layers.ts"
import type { Setting } from "./Setting.ts"

export interface Destination {
  readonly telegram: Layer.Layer<Telegram>
  /** For people. */
  readonly name: string
  /** Whether its channels can be looked at under `/sandbox/`. */
  readonly pages: boolean
  readonly mounts: ReadonlyArray<{ readonly path: `/${string}`; readonly app: HttpApp.Default }>
  /** The samples, when nobody wrote a catalog. */
  readonly catalog?: Catalog
}

export const destination = (setting: Setting): Effect.Effect<Destination, never, Scope.Scope> =>
  Option.match(setting.sandbox ? Option.none() : setting.settings.token, {
    onNone: () => Effect.die("not yet"),
    onSome: (token) =>
      Effect.succeed({
        telegram: botApi(setting.settings, token),
        name: new URL(setting.settings.apiRoot).host,
        pages: false,
        mounts: []
      })
  })

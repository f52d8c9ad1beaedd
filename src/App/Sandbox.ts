// `oncecast sandbox`: the Bot API emulator as a process of its own.
import { Effect, Option } from "effect"
import { logging } from "../operator/Logging.ts"
import { standalone } from "../sandbox/Sandbox.ts"
import { CommandFailed } from "./Failure.ts"
import { readSetting } from "./Setting.ts"

export const portFailure = (error: { readonly message: string }) =>
  new CommandFailed({ sentence: error.message })

export const sandbox = (port: number) =>
  Effect.flatMap(readSetting(Option.none()), ({ settings }) =>
    standalone({ port }).pipe(Effect.mapError(portFailure), Effect.provide(logging(settings)))
  )

// The composition root: what each word of the command line starts, and how each way of failing ends the process.
// The layers are wired once, in flow order, in `App/Layers.ts`.
import { Cause, Option } from "effect"
import { catalog } from "./App/CatalogWords.ts"
import { check } from "./App/Check.ts"
import { doctor } from "./App/Doctor.ts"
import { importList } from "./App/Import.ts"
import { backup, migrate } from "./App/Maintenance.ts"
import { preview } from "./App/Preview.ts"
import {
  deliveries,
  pause,
  post,
  release,
  reorder,
  restored,
  resume,
  retry,
  settle,
  status,
  withdraw
} from "./App/Queries.ts"
import { restore } from "./App/Restore.ts"
import { demo, run } from "./App/Run.ts"
import { sandbox } from "./App/Sandbox.ts"
import { simulate } from "./App/Simulate.ts"
import { ConfigInvalid } from "./config/ConfigInvalid.ts"
import { isToldAlready } from "./operator/Cli.ts"
import { WrongUsage } from "./operator/WrongUsage.ts"

export const programs = {
  run,
  demo: () => demo(Option.none()),
  check,
  doctor,
  preview,
  status,
  deliveries,
  pause,
  resume,
  settle,
  withdraw,
  retry,
  reorder,
  release,
  post,
  catalog,
  importList,
  backup,
  restore,
  restored,
  migrate,
  sandbox,
  simulate
}

/** The exit code and the one thing to say. */
export const failureOf = (
  cause: Cause.Cause<unknown>
): { readonly code: 1 | 2; readonly message: string } => {
  const failure = Option.getOrUndefined(Cause.failureOption(cause))
  if (failure instanceof ConfigInvalid || failure instanceof WrongUsage)
    return { code: 2, message: failure.message }
  if (isToldAlready(failure)) return { code: 2, message: "" }
  if (failure instanceof Error) return { code: 1, message: failure.message }
  return { code: 1, message: `This is a bug in Oncecast:\n${Cause.pretty(cause)}` }
}

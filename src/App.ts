// The composition root: what each word of the command line starts, and how each way of failing ends the process. What a word needs is loaded
// when it is said: a service that runs for months keeps nothing of the others in memory.
// The layers are wired once, in flow order, in `App/Layers.ts`.
import { Cause, Effect, Option } from "effect"
import { ConfigInvalid } from "./config/ConfigInvalid.ts"
import { isToldAlready } from "./operator/Cli.ts"
import { WrongUsage } from "./operator/WrongUsage.ts"

/** The program that a module has, loaded when it is started. */
const from =
  <Module, Words extends ReadonlyArray<unknown>, A, E, R>(
    load: () => Promise<Module>,
    of: (module: Module) => (...words: Words) => Effect.Effect<A, E, R>
  ) =>
  (...words: Words): Effect.Effect<A, E, R> =>
    Effect.flatMap(Effect.promise(load), (module) => of(module)(...words))

const queries = () => import("./App/Queries.ts")
const maintenance = () => import("./App/Maintenance.ts")
const running = () => import("./App/Run.ts")

export const programs = {
  run: from(running, ({ run }) => run),
  demo: from(
    running,
    ({ demo }) =>
      () =>
        demo(Option.none())
  ),
  check: from(
    () => import("./App/Check.ts"),
    ({ check }) => check
  ),
  doctor: from(
    () => import("./App/Doctor.ts"),
    ({ doctor }) => doctor
  ),
  preview: from(
    () => import("./App/Preview.ts"),
    ({ preview }) => preview
  ),
  status: from(queries, ({ status }) => status),
  deliveries: from(queries, ({ deliveries }) => deliveries),
  pause: from(queries, ({ pause }) => pause),
  resume: from(queries, ({ resume }) => resume),
  settle: from(queries, ({ settle }) => settle),
  withdraw: from(queries, ({ withdraw }) => withdraw),
  retry: from(queries, ({ retry }) => retry),
  reorder: from(queries, ({ reorder }) => reorder),
  release: from(queries, ({ release }) => release),
  post: from(queries, ({ post }) => post),
  catalog: from(
    () => import("./App/CatalogWords.ts"),
    ({ catalog }) => catalog
  ),
  importList: from(
    () => import("./App/Import.ts"),
    ({ importList }) => importList
  ),
  backup: from(maintenance, ({ backup }) => backup),
  restore: from(
    () => import("./App/Restore.ts"),
    ({ restore }) => restore
  ),
  restored: from(queries, ({ restored }) => restored),
  migrate: from(maintenance, ({ migrate }) => migrate),
  sandbox: from(
    () => import("./App/Sandbox.ts"),
    ({ sandbox }) => sandbox
  ),
  simulate: from(
    () => import("./App/Simulate.ts"),
    ({ simulate }) => simulate
  )
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

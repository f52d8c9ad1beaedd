// The real store of a program without fibers, on the database of its world. Promises: made once a program, for it remembers nothing that a life
// could lose: all that lasts is in the database.
import { Clock, Effect, Layer, Logger, Runtime, RuntimeFlags } from "effect"
import { type Hint, Signals } from "../../outbox/Signals.ts"
import { Database } from "../../storage/Database.ts"
import * as SqlEvidence from "../../storage/SqlEvidence.ts"
import * as SqlIntake from "../../storage/SqlIntake.ts"
import * as SqlOutbox from "../../storage/SqlOutbox.ts"
import * as SqlPosts from "../../storage/SqlPosts.ts"
import * as SqlRestoration from "../../storage/SqlRestoration.ts"
import * as SqlSteering from "../../storage/SqlSteering.ts"
import { diskOf } from "../Disk.ts"
import type { CoreGround, Process, Store } from "./Process.ts"

const contracts = Layer.mergeAll(
  SqlOutbox.layer,
  SqlEvidence.layer,
  SqlRestoration.layer,
  SqlPosts.layer,
  SqlSteering.layer
)

/** `alive`: the present life of the program, if it has one. */
export const storeOf = (
  ground: CoreGround,
  name: string,
  alive: () => Process | undefined
): Runtime.Runtime<Store> => {
  const disk = diskOf(ground.connection, ground.weather.only("crashes-at-commits"), {
    name,
    isDead: () => alive() === undefined,
    now: ground.now,
    die: (when) => alive()?.kill(`${when} a commit`),
    begun: () => ground.writes(alive()?.owner ?? ""),
    ...(ground.committed === undefined ? {} : { committed: () => ground.committed?.(name) })
  })
  const signals = Layer.succeed(Signals, {
    notify: (hint: Hint) => Effect.sync(() => alive()?.hint([hint])),
    notifyAll: Effect.void,
    wait: () => Effect.void
  })
  const store: Layer.Layer<Store> = SqlIntake.layer.pipe(
    Layer.provideMerge(contracts.pipe(Layer.provideMerge(Database.layerOver(disk)))),
    Layer.provide(signals)
  )
  const whole = (ground.alter?.(store) ?? store).pipe(
    Layer.merge(Layer.setClock(clockOf(ground.now))),
    Layer.merge(Layer.setRandom(ground.dice.for(name).random())),
    Layer.merge(Layer.setTracerEnabled(false)),
    Layer.merge(Logger.remove(Logger.defaultLogger))
  )
  return Effect.runSync(Effect.scoped(Layer.toRuntime(whole))).pipe(
    Runtime.disableRuntimeFlag(RuntimeFlags.RuntimeMetrics)
  )
}

/** Nobody sleeps in a step. */
const clockOf = (now: () => number): Clock.Clock => ({
  [Clock.ClockTypeId]: Clock.ClockTypeId,
  currentTimeMillis: Effect.sync(now),
  currentTimeNanos: Effect.sync(() => BigInt(now()) * 1_000_000n),
  unsafeCurrentTimeMillis: now,
  unsafeCurrentTimeNanos: () => BigInt(now()) * 1_000_000n,
  sleep: () => Effect.dieMessage("a step does not sleep")
})

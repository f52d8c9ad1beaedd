// The end of trouble, and what must follow from it without help: everything comes into order within a stated time. Enters: a world in trouble.
// Leaves: a world in order, or a broken promise and what each child says of itself.
import { Effect, Exit } from "effect"
import { Steering } from "../outbox/Steering.ts"
import { Pipeline } from "../Pipeline.ts"
import type { ChildState } from "../supervision/ChildState.ts"
import { compare, disorder, type Ended, recoveryMs } from "./Ending.ts"
import { doing } from "./SimulatedTelegram.ts"
import type { Trace } from "./Trace.ts"
import { restoreRights, type Troubled } from "./Troubles.ts"
import type { VirtualTime } from "./VirtualTime.ts"

const minuteMs = 60_000

/** Ends all trouble, and what it has left behind; a minute later whatever somebody paused or took out is put back. */
export const calm = (world: Troubled): void => {
  const { weather, truths, outside, telegram, installation, redis, programs, now } = world
  weather.end()
  for (const truth of truths.values()) truth.endAt(now())
  doing(outside, telegram.emulator.control.clearFaults)
  for (const { channel } of installation.places) restoreRights(world, channel.chat)
  redis?.recover()
  for (const program of programs) {
    program.reachable = true
    program.life?.thaw()
    program.setDate(0)
  }
  outside.after(minuteMs, () => {
    world.reload(installation.catalog)
    for (const target of targetsOf(world)) {
      programs[0]?.ask(Effect.flatMap(Steering, (steering) => steering.resume(target)))
    }
  })
}

const targetsOf = ({ installation: { catalog } }: Troubled) => [
  ...[...catalog.channels.keys()].map((id) => ({ kind: "channel", id }) as const),
  ...[...catalog.sources.keys()].map((id) => ({ kind: "source", id }) as const)
]

export interface Recovering {
  readonly ended: Ended
  readonly time: VirtualTime
  readonly trace: Trace
  readonly isOver: () => boolean
  readonly programs: Troubled["programs"]
}

export const recover = async (world: Recovering): Promise<void> => {
  const { ended, time, isOver } = world
  const latest = time.now + recoveryMs
  await time.run(time.now + 2 * minuteMs, isOver)
  while (!isOver() && disorder(ended) !== undefined) {
    if (time.now >= latest) {
      const what = disorder(ended) ?? ""
      const troubles = await askWhy(world)
      return ended.invariants.breaks("everything recovers", [what, ...troubles].join("; "))
    }
    await time.run(time.now + 30 * minuteMs, isOver)
  }
  if (!isOver()) compare(ended)
}

/** Tells what each child says of itself, and gives what ails those that are not well. */
const askWhy = async ({ programs, trace, time, isOver }: Recovering): Promise<ReadonlyArray<string>> => {
  const troubles = new Set<string>()
  for (const program of programs) {
    program.ask(
      Effect.flatMap(Pipeline, (pipeline) => pipeline.children),
      (exit) => {
        if (!Exit.isSuccess(exit)) return
        for (const [id, state] of exit.value) {
          trace.say(program.name, `child ${id}`, { state })
          const trouble = troubleOf(state)
          if (trouble !== undefined) troubles.add(`${id}: ${trouble}`)
        }
      }
    )
  }
  await time.run(time.now + minuteMs, isOver)
  return [...troubles]
}

const troubleOf = (state: ChildState): string | undefined => {
  if (state._tag === "OpenCircuit") return state.why
  return state._tag === "Restarting" || state._tag === "Quarantined" ? state.cause : undefined
}

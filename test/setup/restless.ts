// A scheduler that lets others run between any two steps of a fiber, by seeded chance. Effect's own does so every 2,048 steps only: what relies
// on two steps that nobody comes between looks right for a long time.
import { Scheduler } from "effect"
import { Dice } from "../../src/simulation/Dice.ts"

/** `chance`: that a fiber yields before a step; small, for to yield takes a dozen of steps itself. */
export const restless = (seed: string, chance: number): Scheduler.Scheduler => {
  const dice = new Dice(seed)
  return {
    shouldYield: () => (dice.next() < chance ? 0 : false),
    scheduleTask: (task, priority) => Scheduler.defaultScheduler.scheduleTask(task, priority)
  }
}

// The reader of one source without its fiber: asks the scripted source when the plan says so, and admits what it lists. Promises: as the
// service's; what it plans by is the service's own code.
import { Effect, Option } from "effect"
import type { Item } from "../../domain/Item.ts"
import type { SourceId } from "../../domain/Names.ts"
import type { Source } from "../../domain/Source.ts"
import { type Ending, Intake, type Opening, type Route } from "../../outbox/Intake.ts"
import { Steering } from "../../outbox/Steering.ts"
import { begun, initial, next, type PollResult } from "../../sources/PollPlan.ts"
import type { Timer } from "../Timers.ts"
import { plainly, type TrueItem, type Truth } from "../Truth.ts"
import type { Actor, Process } from "./Process.ts"

const roomMs = 60_000
const pausedMs = 600_000

const obstacleMs = Effect.fnUntraced(function* (id: SourceId, routes: ReadonlyArray<Route>) {
  if (yield* (yield* Steering).isPaused({ kind: "source", id })) return pausedMs
  const full = yield* (yield* Intake).full(routes.map(({ channel }) => channel))
  return Option.isSome(full) ? roomMs : 0
})

const admitting = Effect.fnUntraced(function* (opening: Opening, items: ReadonlyArray<Item>, ending: Ending) {
  const session = yield* (yield* Intake).session(opening)
  yield* session.admit(items)
  yield* session.end(ending)
})

export class Poller implements Actor {
  readonly #process: Process
  readonly #source: Source
  readonly #truth: Truth
  readonly #routes: ReadonlyArray<Route>
  #plan = initial
  #dueAt = 0
  #guidScheme = 0
  #next: Timer | undefined
  /** What was admitted last, whole: the same again is not admitted again. */
  #last = ""

  constructor(process: Process, source: Source, truth: Truth) {
    const { channels } = process.ground.installation.catalog
    this.#process = process
    this.#source = source
    this.#truth = truth
    this.#routes = source.to.flatMap((id) => {
      const channel = channels.get(id)
      return channel === undefined ? [] : [{ channel, where: source.where }]
    })
  }

  readonly wake = (ms = 0): void => {
    this.#next?.cancel()
    this.#next = this.#process.after(ms, () => this.wake(this.#step()))
  }

  #step(): number {
    const { ground, run, fullForMs } = this.#process
    const now = ground.now()
    const waitMs = Math.max(fullForMs(), this.#obstacleMs(now), this.#dueAt - now)
    if (waitMs > 0) return waitMs
    const routes = this.#routes
    run(Effect.flatMap(Intake, (intake) => intake.continueReleases(this.#source.id, routes, now)))
    const result = this.#poll()
    const at = ground.now()
    const planned = next(begun(this.#plan, at), this.#source.everyMs, result, at, ground.dice.next())
    this.#plan = planned.state
    this.#dueAt = planned.nextAt
    return planned.nextAt - at
  }

  #obstacleMs(now: number): number {
    if (now < this.#dueAt) return 0
    return this.#process.run(obstacleMs(this.#source.id, this.#routes))
  }

  #poll(): PollResult {
    const { run, ground } = this.#process
    const { weather } = ground
    const { id } = this.#source
    if (weather.strikes("source-timeouts", 0.1, id) !== undefined) return { _tag: "Passing" }
    const error = weather.strikes("source-errors", 0.1, id)
    if (error !== undefined) {
      return error.pick<PollResult>(
        { _tag: "Passing" },
        { _tag: "Passing", retryAfterMs: error.magnitude(1_000, 3_600_000) },
        { _tag: "Lasting" }
      )
    }
    if (weather.strikes("garbage", 0.05, id) !== undefined) return { _tag: "Lasting" }
    this.#admit()
    run(Effect.flatMap(Intake, (intake) => intake.tell(this.#source, this.#routes, ground.now())))
    return { _tag: "Fine", read: true }
  }

  #admit(): void {
    const { run, ground } = this.#process
    const { weather, now } = ground
    const { id } = this.#source
    if (weather.strikes("guid-churn", 0.03, id) !== undefined) this.#guidScheme += 1
    const cut = weather.strikes("cut-off-documents", 0.05, id)
    const empty = weather.strikes("empty-documents", 0.05, id) !== undefined
    const half = weather.strikes("vanishing-items", 0.05, id) !== undefined
    const flapped = weather.strikes("price-flapping", 0.3, id) !== undefined
    const listed = this.#truth.listed(now()).filter(({ number }) => !half || number % 2 === 0)
    const told = empty ? [] : listed.slice(0, cut === undefined ? listed.length : cut.below(listed.length))
    const telling = { ...plainly, guidScheme: this.#guidScheme, flapped }
    const content = JSON.stringify([telling, told.map(({ name, cents }) => [name, cents])])
    if (content === this.#last) return
    const items = told.map((item) => itemOf(this.#truth, item, telling))
    const ending = { complete: cut === undefined, cursor: { bodyHash: content.slice(0, 64) } }
    run(admitting({ source: this.#source, routes: this.#routes, now: now() }, items, ending))
    this.#last = cut === undefined ? content : ""
  }
}

const itemOf = (
  { source, isShop }: Truth,
  { name, number, at, cents }: TrueItem,
  { guidScheme, flapped }: { readonly guidScheme: number; readonly flapped: boolean }
): Item => ({
  guid: guidScheme === 0 ? `${number}` : `v${guidScheme}-${number}`,
  guidIsLink: false,
  link: `https://${source}.example/p/${number}`,
  title: `Thing ${number} [${name}]`,
  body: isShop ? "" : `News of ${number}`,
  publishedAt: at,
  images: [],
  categories: [],
  ...(isShop
    ? {
        offer: {
          id: `${number}`,
          price: {
            amount: ((flapped && number % 4 === 0 ? cents + 777 : cents) / 100).toFixed(2),
            currency: "EUR"
          },
          availability: "in-stock" as const
        }
      }
    : {})
})

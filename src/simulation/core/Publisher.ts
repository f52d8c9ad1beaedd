// The publisher of one channel without its fiber: what is to be done the agenda decides, as in the service; here it is done at once, and Telegram's
// answer is an event of the world. Promises: as the service's; what it decides by is the service's own code.
import { Effect, Either, Ref } from "effect"
import type { Channel } from "../../domain/Channel.ts"
import { type Marker, markerBase, markerLength, markerOf } from "../../domain/Marker.ts"
import type { AttemptId, Fence } from "../../domain/Names.ts"
import type { Post } from "../../domain/Post.ts"
import { type ClaimedDelivery, Outbox, type Outcome } from "../../outbox/Outbox.ts"
import { type PostChange, Posts } from "../../outbox/Posts.ts"
import { type Agenda, agendaOf } from "../../publisher/Agenda.ts"
import { type Desk, makeDesk } from "../../publisher/Desk.ts"
import { afterSuccess, react } from "../../publisher/Reaction.ts"
import { plainTemplate } from "../../publisher/rendering/BuiltIn.ts"
import type { Words } from "../../publisher/rendering/Words.ts"
import type { TelegramError } from "../../telegram/Telegram.ts"
import { type Limit, paceLimits } from "../../throttle/Limit.ts"
import type { ChannelPlace } from "../Installation.ts"
import type { Timer } from "../Timers.ts"
import { nameIn, postOf } from "../Truth.ts"
import { Lease, renewMs } from "./Lease.ts"
import { chatIdOf, type Doing, inquire, type Looker, lookFor, removeStray, saw } from "./Looking.ts"
import type { Actor, Process } from "./Process.ts"
import { call, edit } from "./Telegram.ts"

/** An answer goes on. */
const never = Number.POSITIVE_INFINITY
/** A hint comes for everything but the time. */
const longestRestMs = 6 * 3_600_000

const quiet = { running: () => Effect.void, waiting: () => Effect.void, openCircuit: () => Effect.void }

/** Looks are not what is simulated. */
const words: Words = { of: (subject) => ({ template: plainTemplate, subject }) }

const takingOver = Effect.fnUntraced(function* ({ id, chat }: Channel, fence: Fence, now: number) {
  const outbox = yield* Outbox
  yield* outbox.moveTo(id, fence, chat)
  yield* outbox.recover(id, fence, now)
  return yield* outbox.callsSince(id, now - 60_000)
})

export class Publisher implements Actor {
  readonly #process: Process
  readonly #place: ChannelPlace
  readonly #channel: Channel
  readonly #limits: ReadonlyArray<Limit>
  #desk: Desk
  readonly #lease: Lease
  /** A request is under way. */
  #busy = false
  #next: Timer | undefined

  constructor(process: Process, place: ChannelPlace) {
    this.#process = process
    this.#place = place
    this.#channel = place.channel
    this.#limits = paceLimits(place.channel.chat, place.channel.pace)
    this.#desk = this.#newDesk()
    this.#lease = new Lease(process, place.channel.id, this.#takeOver)
  }

  readonly wake = (ms = 0): void => {
    this.#next?.cancel()
    this.#next = this.#process.after(ms, () => {
      const nextMs = this.#step()
      if (Number.isFinite(nextMs)) this.wake(nextMs)
    })
  }

  #looker(): Looker {
    return { process: this.#process, place: this.#place, desk: this.#desk }
  }

  #newDesk(): Desk {
    const setup = { channel: this.#channel, words, report: quiet }
    return this.#process.run(makeDesk({ ...setup, ending: Effect.never, drain: Effect.void }))
  }

  /** Does one thing; in how many milliseconds there may be another. */
  #step(): number {
    if (this.#busy) return never
    const fullMs = this.#process.fullForMs()
    if (fullMs > 0) return fullMs
    const known = this.#lease.fence === undefined ? undefined : this.#process.run(agendaOf(this.#desk))
    if (known?._tag === "Idle") return this.#rest(known)
    const desk = this.#desk
    const fence = this.#lease.take()
    if (fence === undefined) return renewMs
    // Nothing comes between: what is to be done is known, unless somebody else had the channel before.
    const todo = known !== undefined && this.#desk === desk ? known : this.#process.run(agendaOf(this.#desk))
    return todo._tag === "Idle" ? this.#rest(todo) : this.#perform(fence, todo)
  }

  #rest({ until, stuck }: Doing<"Idle">): number {
    const { ground } = this.#process
    const shared = ground.instances > 1
    if (shared && !stuck) this.#lease.giveBack()
    const keepsMs = shared && stuck ? renewMs : longestRestMs
    if (shared && stuck && this.#lease.take() === undefined) this.#lease.forget()
    return Math.min(keepsMs, Math.max(1, until - ground.now()))
  }

  /** What is known of the channel was known under another owner: it is found out again. */
  readonly #takeOver = (fence: Fence): void => {
    const { run, ground, logs } = this.#process
    this.#desk = this.#newDesk()
    const now = ground.now()
    const calls = run(takingOver(this.#channel, fence, now))
    for (const { at, messages } of calls) logs.charge(this.#limits, messages, at, now)
    if (fence > 1) logs.charge(this.#limits, 1, now, now)
  }

  #perform(fence: Fence, todo: Exclude<Agenda, { readonly _tag: "Idle" }>): number {
    const { run, ground } = this.#process
    switch (todo._tag) {
      case "Recover": {
        const again = Effect.flatMap(Outbox, (outbox) =>
          outbox.recover(this.#channel.id, fence, ground.now())
        )
        run(again)
        return 0
      }
      case "Inquire":
        return inquire(this.#looker(), todo)
      case "CatchUp":
        throw new Error("no backup is restored in this world")
      case "RemoveStray":
        return removeStray(this.#looker(), fence, todo)
      case "LookFor":
        return lookFor(this.#looker(), todo)
      case "Follow":
        return this.#follow(fence, todo.change)
      case "Expire":
        run(
          Effect.flatMap(Outbox, (outbox) =>
            outbox.expire(this.#channel.id, fence, todo.which, todo.reason, ground.now())
          )
        )
        return 0
      case "Deliver":
        return this.#deliver(fence, todo.delivery)
    }
  }

  /** In how many milliseconds the next call may go. */
  #waitMs(): number {
    const { logs, ground } = this.#process
    return logs.ask(this.#limits, 1, ground.now())?.ms ?? 0
  }

  /** The same, at least 1; 0: now, and it is charged. */
  #turnMs(): number {
    const { logs, ground } = this.#process
    const verdict = logs.take(this.#limits, 1, ground.now())
    return verdict._tag === "Granted" ? 0 : Math.max(1, verdict.ms)
  }

  #deliver(fence: Fence, delivery: ClaimedDelivery): number {
    const { run, ground } = this.#process
    const waitMs = this.#turnMs()
    if (waitMs > 0) return waitMs
    const marker = this.#marker()
    const html = delivery.item.title
    const post: Post = { html, photoUrls: [], buttons: [], silent: false }
    const begun = run(
      Effect.either(
        Effect.flatMap(Outbox, (outbox) =>
          outbox.begin({
            ...{
              delivery: delivery.id,
              channel: this.#channel.id,
              fence,
              chat: this.#channel.chat,
              marker,
              post
            },
            ...{ revision: delivery.revision, now: ground.now() }
          })
        )
      )
    )
    if (Either.isLeft(begun)) return 1_000
    this.#busy = true
    const lost = call(ground, this.#place, { marker, item: this.#postOf(delivery) }, (answer) =>
      this.#process.act(() => this.#answered(fence, delivery, begun.right, marker, answer))
    )
    if (ground.instances > 1) this.#lease.keep(lost, () => this.#busy)
    return never
  }

  #postOf({ id, event, item: { title } }: ClaimedDelivery): string {
    return postOf(nameIn(title) ?? title, { id, event })
  }

  #marker(): Marker {
    const { dice } = this.#process.ground
    return markerOf(Array.from({ length: markerLength }, () => dice.below(markerBase)))
  }

  #answered(
    fence: Fence,
    delivery: ClaimedDelivery,
    attempt: AttemptId,
    marker: Marker,
    answer: Either.Either<number, TelegramError>
  ): void {
    const { run, ground, after, fullForMs } = this.#process
    const fullMs = fullForMs()
    if (fullMs > 0) return void after(fullMs, () => this.#answered(fence, delivery, attempt, marker, answer))
    const outcome = this.#outcomeOf(delivery, answer)
    const now = ground.now()
    const settled = run(
      Effect.either(Effect.flatMap(Outbox, (outbox) => outbox.settle(attempt, fence, outcome, now)))
    )
    if (Either.isLeft(settled) && Either.isRight(answer)) {
      saw(this.#looker(), [{ chatId: chatIdOf(this.#place), messageId: answer.right, marker, via: "answer" }])
    }
    this.#busy = false
    this.wake(this.#waitMs())
  }

  #outcomeOf(delivery: ClaimedDelivery, answer: Either.Either<number, TelegramError>): Outcome {
    const { run, ground } = this.#process
    const before = run(Ref.get(this.#desk.trouble))
    if (Either.isRight(answer)) {
      run(Ref.set(this.#desk.trouble, afterSuccess(before, delivery.id)))
      return { _tag: "Sent", messageIds: [answer.right], chatId: chatIdOf(this.#place) }
    }
    const now = ground.now()
    const attempted = { delivery: delivery.id, photos: 0, now, chance: ground.dice.next() }
    const { outcome, trouble } = react(before, answer.left, attempted)
    run(Ref.set(this.#desk.trouble, trouble))
    return outcome
  }

  #follow(fence: Fence, change: PostChange): number {
    const { run, ground } = this.#process
    const waitMs = this.#turnMs()
    if (waitMs > 0) return waitMs
    const outcome = edit(ground, this.#place, change)
    run(
      Effect.either(
        Effect.flatMap(Posts, (posts) => posts.ended(change, this.#channel.id, fence, outcome, ground.now()))
      )
    )
    return this.#waitMs()
  }
}

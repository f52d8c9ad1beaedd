// The troubles that come by themselves, each every now and then: a program dies, freezes or is told to end, a date jumps, a Redis is lost, other
// people write and delete in the channels, rights go, the catalog changes, an operator steers. Each ends by itself, or with the trouble.
import { Effect } from "effect"
import type { Catalog } from "../config/Catalog.ts"
import { DeliveryId } from "../domain/Names.ts"
import { Posts } from "../outbox/Posts.ts"
import { Steering } from "../outbox/Steering.ts"
import { noRights } from "../sandbox/Chat.ts"
import type { Dice } from "./Dice.ts"
import type { ChannelPlace, Installation } from "./Installation.ts"
import type { Life } from "./Life.ts"
import type { Program } from "./Program.ts"
import type { FaultName } from "./Scenario.ts"
import type { SimulatedRedis } from "./SimulatedRedis.ts"
import { doing, type SimulatedTelegram } from "./SimulatedTelegram.ts"
import type { Truth } from "./Truth.ts"
import type { Weather } from "./Weather.ts"

export interface Troubled {
  readonly weather: Weather
  readonly outside: Life
  readonly installation: Installation
  readonly telegram: SimulatedTelegram
  readonly programs: ReadonlyArray<Program>
  readonly truths: ReadonlyMap<string, Truth>
  readonly redis: SimulatedRedis | undefined
  readonly now: () => number
  /** Requests may be carried out later than the program allows for. */
  readonly beyondBound: boolean
  /** Puts a catalog in force, in every program that is up. */
  readonly reload: (catalog: Catalog) => void
}

const second = 1_000
const minute = 60 * second
const hour = 60 * minute

type Trouble = (dice: Dice) => void

const someOf = <A>(dice: Dice, many: ReadonlyArray<A>): A | undefined => many[dice.below(many.length)]

/** Sets them all in motion. */
export const setTroubles = (world: Troubled): void => {
  const { weather, outside } = world
  const after = (ms: number, task: () => void) => outside.after(ms, task)
  const comes = (name: FaultName, meanMs: number, act: Trouble) =>
    weather.everyNowAndThen(name, meanMs, after, act)
  programTroubles(world, comes)
  redisTroubles(world, comes)
  telegramTroubles(world, comes)
  operatorTroubles(world, comes)
  comes("price-flapping", hour, (dice) => someOf(dice, [...world.truths.values()])?.reprice(world.now()))
}

type Comes = (name: FaultName, meanMs: number, act: Trouble) => void

const programTroubles = ({ weather, programs, outside }: Troubled, comes: Comes): void => {
  const struck = (name: FaultName, dice: Dice): Program | undefined => {
    const program = someOf(dice, programs)
    if (program?.life === undefined) return undefined
    weather.note(name, program.name)
    return program
  }
  comes("crashes", 8 * hour, (dice) => {
    const program = struck("crashes", dice)
    program?.life?.lightFuse(dice.below(200), () => program.kill("in the middle of something"))
  })
  comes("restarts", 12 * hour, (dice) => struck("restarts", dice)?.stop())
  comes("clock-jumps", 8 * hour, (dice) => {
    struck("clock-jumps", dice)?.setDate(dice.pick(-hour, hour, 0, dice.between(-5_000, 5_000)))
  })
  comes("suspends", 12 * hour, (dice) => {
    const life = struck("suspends", dice)?.life
    if (life === undefined || life.isFrozen) return
    life.freeze()
    outside.after(dice.magnitude(second, 4 * hour), () => life.thaw())
  })
  comes("partitions", 8 * hour, (dice) => {
    const program = struck("partitions", dice)
    if (program === undefined) return
    program.reachable = false
    outside.after(dice.magnitude(second, hour), () => {
      program.reachable = true
    })
  })
}

const redisTroubles = ({ weather, redis }: Troubled, comes: Comes): void => {
  if (redis === undefined) return
  comes("redis-lost", 8 * hour, (dice) => {
    weather.note("redis-lost", "redis")
    redis.lose(dice.magnitude(second, 2 * hour))
  })
  comes("redis-emptied", 12 * hour, () => {
    weather.note("redis-emptied", "redis")
    redis.empty()
  })
}

const telegramTroubles = (world: Troubled, comes: Comes): void => {
  const { weather, outside, installation, telegram } = world
  const { control } = telegram.emulator
  const strikes = (name: FaultName, dice: Dice, act: (place: ChannelPlace, chat: string) => void) => {
    const place = someOf(dice, installation.places)
    if (place === undefined) return
    weather.note(name, place.username)
    act(place, place.channel.chat)
  }
  comes("floods-refused", 6 * hour, (dice) =>
    strikes("floods-refused", dice, (_, chat) =>
      doing(
        outside,
        control.flood(Math.round(dice.magnitude(1, 3 * 3_600)), dice.hits(0.8) ? chat : undefined)
      )
    )
  )
  comes("floods-absorbed", 6 * hour, (dice) =>
    strikes("floods-absorbed", dice, (_, chat) => {
      // What is sat out for longer than the program allows for counts as landing late.
      const mode = world.beyondBound ? "absorb" : "mixed"
      doing(outside, control.rate({ mode, perMinute: 2, spacingMs: 20_000 }, chat))
      outside.after(dice.magnitude(minute, hour), () => doing(outside, control.rate({ mode: "off" }, chat)))
    })
  )
  comes("rights-lost", 12 * hour, (dice) =>
    strikes("rights-lost", dice, (_, chat) => {
      const status = dice.pick("administrator", "left", "kicked")
      doing(outside, control.setMembership(chat, status, noRights))
      outside.after(dice.magnitude(minute, 6 * hour), () => restoreRights(world, chat))
    })
  )
  comes("other-admins", 2 * hour, (dice) =>
    strikes("other-admins", dice, ({ username }, chat) => {
      const messages = [...(telegram.chat(username)?.messages.values() ?? [])].slice(-20)
      const one = someOf(
        dice,
        messages.filter((message) => message.deleted === undefined)
      )
      if (one !== undefined && dice.hits(0.2)) return doing(outside, control.deleteAsAdmin(chat, one.id))
      doing(outside, control.postAsAdmin(chat, `A word from the editors, ${dice.below(1_000)}`))
    })
  )
  comes("blind-readers", 8 * hour, (dice) =>
    strikes("blind-readers", dice, (_, chat) =>
      doing(outside, control.blind(chat, { from: 0 }, dice.magnitude(minute, 2 * hour)))
    )
  )
}

/** As they are when nobody has touched them. */
export const restoreRights = ({ outside, telegram }: Troubled, chat: string): void =>
  doing(
    outside,
    telegram.emulator.control.setMembership(chat, "administrator", {
      can_post_messages: true,
      can_edit_messages: false,
      can_delete_messages: false
    })
  )

const operatorTroubles = (world: Troubled, comes: Comes): void => {
  const { weather, installation, outside, programs, reload } = world
  const { catalog } = installation
  comes("reloads", 6 * hour, (dice) => {
    weather.note("reloads", "catalog")
    reload(changed(catalog, dice))
    outside.after(dice.magnitude(minute, 3 * hour), () => reload(catalog))
  })
  comes("operators", 6 * hour, (dice) => {
    const program = someOf(dice, programs)
    const target = someOf(dice, [
      ...[...catalog.channels.keys()].map((id) => ({ kind: "channel" as const, id })),
      ...[...catalog.sources.keys()].map((id) => ({ kind: "source" as const, id }))
    ])
    if (program === undefined || target === undefined) return
    weather.note("operators", `${target.kind}/${target.id}`)
    program.ask(Effect.flatMap(Steering, (steering) => steering.pause(target, "operator", world.now())))
    outside.after(dice.magnitude(minute, 3 * hour), () =>
      program.ask(Effect.flatMap(Steering, (steering) => steering.resume(target)))
    )
    const delivery = DeliveryId.make(dice.between(1, 200))
    if (dice.hits(0.2)) {
      program.ask(Effect.flatMap(Posts, (posts) => posts.withdraw(delivery, world.now())))
    }
  })
}

/** Another interval, and sometimes a source less. */
const changed = (catalog: Catalog, dice: Dice): Catalog => {
  const sources = [...catalog.sources].filter(() => !dice.hits(0.2))
  return {
    ...catalog,
    sources: new Map(
      sources.map(([id, source]) => [
        id,
        { ...source, everyMs: Math.round(source.everyMs * (0.5 + dice.next())) }
      ])
    )
  }
}

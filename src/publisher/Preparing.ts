// One delivery → the post that will be sent, with its picture where there is one that Telegram takes.
import { Effect, Option, Ref } from "effect"
import type { DeliveryId } from "../domain/Names.ts"
import type { ClaimedDelivery } from "../outbox/Outbox.ts"
import { compose } from "./Composing.ts"
import type { Desk } from "./Desk.ts"
import { Photos, photoOf } from "./Photos.ts"
import { troubleOf } from "./Reaction.ts"

export const prepare = Effect.fnUntraced(function* (desk: Desk, delivery: ClaimedDelivery, silent: boolean) {
  const { textOnly } = troubleOf(yield* Ref.get(desk.trouble), delivery.id)
  const composed = yield* compose(desk.channel, desk.template, delivery, { silent, textOnly }, (url) =>
    loaded(desk, delivery.id, url)
  )
  if (Option.isSome(composed.fault)) {
    yield* Effect.annotateLogs(Effect.logWarning("The plain look is used", composed.fault.value), {
      delivery: delivery.id
    })
  }
  return composed
})

const loaded = (desk: Desk, delivery: DeliveryId, url: string) =>
  Effect.gen(function* () {
    const last = yield* Ref.get(desk.photo)
    if (Option.isSome(last) && last.value.delivery === delivery) return last.value.photo
    const photos = yield* Photos
    const photo = yield* photos.load(url).pipe(
      Effect.flatMap((bytes) => photoOf(url, bytes)),
      Effect.tapError((error) =>
        Effect.annotateLogs(Effect.logInfo("Posted without its picture", error), { delivery })
      ),
      Effect.option
    )
    yield* Ref.set(desk.photo, Option.some({ delivery, photo }))
    return photo
  })

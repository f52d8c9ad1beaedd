// One delivery → the post that will be sent, with its picture where there is one that Telegram takes.
import { Effect, Option, Ref } from "effect"
import type { DeliveryId } from "../domain/Names.ts"
import type { ClaimedDelivery } from "../outbox/Outbox.ts"
import type { Photo } from "../telegram/Telegram.ts"
import type { Desk } from "./Desk.ts"
import { Photos, photoOf } from "./Photos.ts"
import { troubleOf } from "./Reaction.ts"
import { type Form, render } from "./rendering/Render.ts"

export const prepare = Effect.fnUntraced(function* (desk: Desk, delivery: ClaimedDelivery, silent: boolean) {
  const url = delivery.item.images[0]
  const refused = troubleOf(yield* Ref.get(desk.trouble), delivery.id).textOnly
  const wanted = desk.channel.photo && url !== undefined
  const photo = wanted && !refused ? yield* loaded(desk, delivery.id, url) : Option.none<Photo>()
  const form: Form =
    Option.isSome(photo) && url !== undefined ? { _tag: "Photo", url } : { _tag: "Text", preview: !wanted }
  const { post, fault } = render(desk.template, delivery, form, silent)
  if (Option.isSome(fault)) {
    yield* Effect.annotateLogs(Effect.logWarning("The plain look is used", fault.value), {
      delivery: delivery.id
    })
  }
  return { post, photo }
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

// One delivery → the post that will be sent, with its pictures where there are some that Telegram takes, and the marker of its attempt.
import { Effect, Option, Random, Ref } from "effect"
import { type Marker, markerBase, markerLength, markerOf } from "../domain/Marker.ts"
import type { DeliveryId } from "../domain/Names.ts"
import type { ClaimedDelivery } from "../outbox/Outbox.ts"
import { compose } from "./Composing.ts"
import type { Desk } from "./Desk.ts"
import { Photos, photoOf } from "./Photos.ts"
import { troubleOf } from "./Reaction.ts"

const newMarker: Effect.Effect<Marker> = Effect.map(
  Effect.replicateEffect(Random.nextIntBetween(0, markerBase), markerLength),
  markerOf
)

export const prepare = Effect.fnUntraced(function* (desk: Desk, delivery: ClaimedDelivery, silent: boolean) {
  const { mostPhotos } = troubleOf(yield* Ref.get(desk.trouble), delivery.id)
  const marker = yield* newMarker
  const manner = {
    silent,
    photos: Math.min(desk.channel.photos, mostPhotos),
    marking: { marker, revision: 0, place: desk.channel.marker }
  }
  const composed = yield* compose(desk.template, delivery, manner, (url) => loaded(desk, delivery.id, url))
  if (Option.isSome(composed.fault)) {
    yield* Effect.annotateLogs(Effect.logWarning("The plain look is used", composed.fault.value), {
      delivery: delivery.id
    })
  }
  const reply = delivery.first === undefined ? {} : { replyTo: delivery.first }
  return { ...composed, post: { ...composed.post, ...reply }, marker }
})

const loaded = (desk: Desk, delivery: DeliveryId, url: string) =>
  Effect.gen(function* () {
    const last = Option.filter(yield* Ref.get(desk.photos), (photos) => photos.delivery === delivery)
    const byUrl = Option.match(last, { onNone: () => new Map(), onSome: (photos) => photos.byUrl })
    const known = byUrl.get(url)
    if (known !== undefined) return known
    const photos = yield* Photos
    const photo = yield* photos.load(url).pipe(
      Effect.flatMap((bytes) => photoOf(url, bytes)),
      Effect.tapError((error) =>
        Effect.annotateLogs(Effect.logInfo("Posted without a picture", error), { delivery })
      ),
      Effect.option
    )
    yield* Ref.set(desk.photos, Option.some({ delivery, byUrl: new Map(byUrl).set(url, photo) }))
    return photo
  })

// One delivery, or several as a digest → the post that will be sent, with its pictures where there are some that Telegram takes, and the marker of its attempt.
import { Effect, Option, Random, Ref } from "effect"
import { type Marker, markerBase, markerLength, markerOf } from "../domain/Marker.ts"
import type { DeliveryId } from "../domain/Names.ts"
import type { ClaimedDelivery } from "../outbox/Outbox.ts"
import { compose } from "./Composing.ts"
import type { Desk } from "./Desk.ts"
import { Photos, photoOf } from "./Photos.ts"
import { troubleOf } from "./Reaction.ts"
import { renderDigest } from "./rendering/Digest.ts"

const newMarker: Effect.Effect<Marker> = Effect.map(
  Effect.replicateEffect(Random.nextIntBetween(0, markerBase), markerLength),
  markerOf
)

/** What goes into one post; `bound`: all of it, for it was one post before. */
export interface Parcel {
  readonly delivery: ClaimedDelivery
  readonly more: ReadonlyArray<ClaimedDelivery>
  readonly bound: boolean
}

/** `more`: what of it fits. */
export const prepare = Effect.fnUntraced(function* (desk: Desk, parcel: Parcel, silent: boolean) {
  const { delivery, more } = parcel
  if (more.length === 0) return { ...(yield* prepareOne(desk, delivery, silent)), more }
  const marker = yield* newMarker
  const manner = { silent, marking: { marker, revision: 0, place: desk.channel.marker } }
  const { post, fits } = renderDigest(
    [delivery, ...more].map((one) => desk.words.of(one).subject),
    manner,
    parcel.bound
  )
  return { post, photos: [], marker, more: more.slice(0, fits - 1) }
})

const prepareOne = Effect.fnUntraced(function* (desk: Desk, delivery: ClaimedDelivery, silent: boolean) {
  const { mostPhotos } = troubleOf(yield* Ref.get(desk.trouble), delivery.id)
  const marker = yield* newMarker
  const manner = {
    silent,
    photos: Math.min(desk.channel.photos, mostPhotos),
    marking: { marker, revision: 0, place: desk.channel.marker }
  }
  const { template, subject } = desk.words.of(delivery)
  const composed = yield* compose(template, subject, manner, (url) => loaded(desk, delivery.id, url))
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

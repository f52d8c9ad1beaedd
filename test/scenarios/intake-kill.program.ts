// A process that admits one document after the other into a database file, from where its cursor stands, until it is killed or has
// admitted the round given as its second argument. Not a test: `intake-kill.test.ts` runs it.
import { Effect, Layer } from "effect"
import { ChannelId, SourceId } from "../../src/domain/Names.ts"
import { Intake } from "../../src/outbox/Intake.ts"
import { Signals } from "../../src/outbox/Signals.ts"
import { Database } from "../../src/storage/Database.ts"
import * as SqlIntake from "../../src/storage/SqlIntake.ts"
import { source } from "../identity/Arbitrary.ts"
import { channelOf, documentOf } from "./intake-kill.documents.ts"

const [path = "", lastRound = ""] = process.argv.slice(2)

const admitRounds = Effect.gen(function* () {
  const intake = yield* Intake
  const feed = source({ id: SourceId.make("feed"), start: "all", burst: false })
  const routes = ["a", "b"].map((id) => ({ channel: channelOf(ChannelId.make(id)), where: {} }))
  const { etag = "0" } = yield* intake.cursor(feed.id)
  process.stdout.write("ready\n")
  for (let round = Number(etag) + 1; round <= (lastRound === "" ? 1e9 : Number(lastRound)); round++) {
    yield* intake.admit({
      source: feed,
      routes,
      items: documentOf(round),
      complete: true,
      cursor: { etag: `${round}` },
      now: round
    })
  }
})

const layer = SqlIntake.layer.pipe(Layer.provide(Database.layer(path)), Layer.provide(Signals.layer))

Effect.runPromise(Effect.provide(admitRounds, layer)).then(
  () => process.exit(0),
  (cause) => {
    process.stderr.write(String(cause))
    process.exit(1)
  }
)

// The service is steered by people, over HTTP and on the command line: who may, what is refused and how, and that each choice has its effect.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { command, type Program, start } from "./Program.ts"
import {
  type Choice,
  dashboardToken,
  decide,
  decided,
  resumed,
  type Stage,
  type Steer,
  staged,
  undecided
} from "./Steered.ts"

interface Answer {
  readonly status: number
  readonly body: string
}

/** `bearer`: the header as it is sent; undefined: none. */
const post = ({ url }: Program, path: string, body: string, authorization?: string) =>
  Effect.promise(async (): Promise<Answer> => {
    const headers = {
      "content-type": "application/json",
      ...(authorization === undefined ? {} : { authorization })
    }
    const response = await fetch(`${url}${path}`, { method: "POST", body, headers })
    return { status: response.status, body: await response.text() }
  })

const bearer = `Bearer ${dashboardToken}`

const requestOf = (choice: Choice): readonly [path: string, body: object] => {
  if ("settle" in choice) {
    return [
      `/api/deliveries/${choice.settle}/settle`,
      choice.found === "absent" ? { absent: true } : choice.found
    ]
  }
  if ("retry" in choice) return [`/api/deliveries/${choice.retry}/retry`, {}]
  if ("withdraw" in choice) return [`/api/deliveries/${choice.withdraw}/withdraw`, {}]
  if ("pause" in choice) return ["/api/pause", { name: choice.pause }]
  if ("resume" in choice) return ["/api/resume", { name: choice.resume }]
  return [`/api/sources/${choice.release}/release`, { newest: choice.newest }]
}

const wordsOf = (choice: Choice): ReadonlyArray<string> => {
  if ("settle" in choice) {
    const found = choice.found === "absent" ? ["--absent"] : ["--sent", `${choice.found.messageId}`]
    return ["settle", `${choice.settle}`, ...found]
  }
  if ("retry" in choice) return ["retry", `${choice.retry}`]
  if ("withdraw" in choice) return ["withdraw", `${choice.withdraw}`]
  if ("pause" in choice) return ["pause", choice.pause]
  if ("resume" in choice) return ["resume", choice.resume]
  return ["release", choice.release, "--newest", `${choice.newest}`]
}

const overHttp =
  (program: Program): Steer =>
  (choice) =>
    Effect.gen(function* () {
      const [path, body] = requestOf(choice)
      const answer = yield* post(program, path, JSON.stringify(body), bearer)
      assert.strictEqual(answer.status, 200, answer.body)
      return answer.body
    })

const byCommand =
  ({ path, env }: Stage): Steer =>
  (choice) =>
    Effect.gen(function* () {
      const { code, out, err } = yield* command(path, wordsOf(choice), env)
      assert.strictEqual(code, 0, err)
      return out
    })

const everyChoice = (id: number): ReadonlyArray<Choice> => [
  { settle: id, found: "absent" },
  { retry: id },
  { withdraw: id },
  { pause: "news" },
  { resume: "news" },
  { release: "flood", newest: 1 }
]

/** All of them are turned away with this sentence, and nothing is as it was not before. */
const turnedAway = (program: Program, id: number, authorization: string | undefined, why: RegExp) =>
  Effect.gen(function* () {
    const before = yield* program.deliveries
    for (const choice of everyChoice(id)) {
      const [path, body] = requestOf(choice)
      const answer = yield* post(program, path, JSON.stringify(body), authorization)
      assert.strictEqual(answer.status, 401, path)
      assert.match(answer.body, why)
    }
    assert.strictEqual((yield* post(program, "/api/pause", "{", authorization)).status, 401, "unread")
    assert.deepStrictEqual(yield* program.deliveries, before)
    const { channels, bursts } = yield* program.status
    assert.isTrue(channels.every(({ activity }) => activity.is !== "paused"))
    assert.strictEqual(bursts.length, 1)
  })

/** What is asked of the API, and the sentence that says why it cannot be. */
const impossible = (
  sent: number,
  parked: number
): ReadonlyArray<readonly [number, string, string, RegExp]> => [
  [404, "/api/deliveries/99999/settle", '{"absent":true}', /There is no delivery 99999/],
  [404, "/api/deliveries/99999/retry", "{}", /There is no delivery 99999/],
  [404, "/api/deliveries/99999/withdraw", "{}", /There is no delivery 99999/],
  [
    404,
    "/api/pause",
    '{"name":"nobody"}',
    /no channel or source .*nobody.*; there are news, other, feed, flood/
  ],
  [404, "/api/resume", '{"name":"nobody"}', /no channel or source .*nobody/],
  [404, "/api/sources/nobody/release", '{"post":"all"}', /no source .*nobody.*; there are feed, flood/],
  [409, `/api/deliveries/${sent}/settle`, '{"absent":true}', /is sent, not waiting for a decision/],
  [409, `/api/deliveries/${sent}/retry`, "", /is sent, neither refused nor expired/],
  [409, `/api/deliveries/${parked}/withdraw`, "", /is parked, so no post of it stands/],
  [409, "/api/sources/feed/release", '{"post":"none"}', /No items of .*feed.* are held/],
  [400, `/api/deliveries/${parked}/settle`, "", /does not fit: say .*messageId.*absent/],
  [400, `/api/deliveries/${parked}/settle`, '{"absent"', /its body is not JSON/],
  [400, `/api/deliveries/${parked}/settle`, '{"absent":false}', /does not fit: say .*messageId.*absent/],
  [400, `/api/deliveries/${parked}/settle`, '{"messageId":0}', /with N from 1/],
  [400, "/api/deliveries/one/retry", "{}", /delivery must be a whole number from 1/],
  [400, "/api/pause", '{"name":""}', /does not fit: say .*name/],
  [400, "/api/sources/flood/release", '{"newest":-1}', /does not fit: say .*newest/]
]

describe.concurrent("steering", () => {
  it.scopedLive(
    "over HTTP: only with the token, each refusal in a sentence, each choice with its effect",
    () =>
      Effect.gen(function* () {
        const stage = yield* staged
        const program = yield* start(stage.path, { ...stage.env, DASHBOARD_TOKEN: dashboardToken })
        const found = yield* undecided(program)
        const send = /Send DASHBOARD_TOKEN as `Authorization: Bearer/
        for (const given of [
          undefined,
          "Bearer ",
          "Bearer wrong",
          `Bearer ${dashboardToken}x`,
          "Basic eDp5"
        ]) {
          yield* turnedAway(program, found.missing, given, send)
        }
        for (const [status, path, body, why] of impossible(found.sent, found.missing)) {
          const answer = yield* post(program, path, body, bearer)
          assert.strictEqual(answer.status, status, `${path} ${body}: ${answer.body}`)
          assert.match(answer.body.replaceAll('\\"', '"'), why)
        }
        yield* decide(overHttp(program), found)
        yield* decided(stage, program, found)
        yield* resumed(stage, overHttp(program))
        assert.notInclude(program.output(), dashboardToken)
      })
  )

  it.scopedLive("over HTTP is refused altogether where no token is configured", () =>
    Effect.gen(function* () {
      const stage = yield* staged
      const program = yield* start(stage.path, stage.env)
      const found = yield* undecided(program)
      for (const given of [undefined, "Bearer ", bearer]) {
        yield* turnedAway(program, found.missing, given, /Set DASHBOARD_TOKEN to permit changes/)
      }
    })
  )

  it.scopedLive("on the command line while the service runs: it notices each choice by itself", () =>
    Effect.gen(function* () {
      const stage = yield* staged
      const program = yield* start(stage.path, stage.env)
      const found = yield* undecided(program)
      yield* decide(byCommand(stage), found)
      yield* decided(stage, program, found)
      yield* resumed(stage, byCommand(stage))
      const again = yield* command(stage.path, ["settle", `${found.missing}`, "--absent"], stage.env)
      assert.strictEqual(again.code, 1)
      assert.match(again.err, /^Delivery \d+ is sent, not waiting for a decision/)
    })
  )

  it.scopedLive(
    "on the command line while the service is stopped: its next start goes by what was decided",
    () =>
      Effect.gen(function* () {
        const stage = yield* staged
        const first = yield* start(stage.path, stage.env)
        const found = yield* undecided(first)
        yield* first.end("SIGTERM")
        yield* decide(byCommand(stage), found)
        const stopped = (yield* command(stage.path, ["status"], stage.env)).out
        assert.match(stopped, /other +@scenario_other +2\/10000 .*paused: somebody paused it/)
        assert.strictEqual(
          (yield* stage.tg.texts("@scenario_news")).length,
          2,
          "nothing is sent by a command"
        )
        const program = yield* start(stage.path, stage.env)
        yield* decided(stage, program, found)
        yield* program.end("SIGTERM")
        const steer = byCommand(stage)
        assert.match(yield* steer({ resume: "other" }), /goes on/)
        assert.match(yield* steer({ pause: "other" }), /is paused/)
        yield* start(stage.path, stage.env)
        yield* resumed(stage, steer)
      })
  )
})

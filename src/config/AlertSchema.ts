// The catalog's `alerts`: what an operator may write, what it becomes, and what is wrong with the names that it mutes.
import { Schema } from "effect"
import { type AlertTerms, alertSubjects, alertDefaults as defaults } from "../domain/AlertTerms.ts"
import { ClockTime, Zone } from "./ChoiceSchema.ts"
import { millis, saying, withDefault } from "./SchemaParts.ts"

export const AlertFile = Schema.Struct({
  enabled: withDefault(
    Schema.Boolean.annotations({ description: "False: nobody is told anything" }),
    () => defaults.on
  ),
  silence: withDefault(
    millis(
      "10 minutes",
      "30 days",
      "A channel that had something to post for so long and posted nothing is told of"
    ),
    () => defaults.silenceMs
  ),
  backlog: withDefault(
    millis("10 minutes", "365 days", "A queue in which something waits longer is told of"),
    () => defaults.backlogMs
  ),
  daily: withDefault(
    Schema.Union(Schema.Literal(false), ClockTime).annotations(
      saying(`false or a time of day such as "09:00"`, "When the daily summary is told; false: never")
    ),
    () => defaults.daily ?? false
  ),
  zone: withDefault(Zone, () => defaults.zone),
  mute: withDefault(
    Schema.Array(Schema.String).annotations(
      saying(`a list of names such as "source/shop"`, "What is never told of")
    ),
    () => defaults.mute
  )
}).annotations({ description: "What is told of to the admins and to ALERT_WEBHOOK" })
export type AlertFile = typeof AlertFile.Type

export const alertTermsOf = ({ enabled, silence, backlog, daily, zone, mute }: AlertFile): AlertTerms => ({
  ...{ on: enabled, silenceMs: silence, backlogMs: backlog, zone, mute },
  ...(daily === false ? {} : { daily })
})

const subjects = [...alertSubjects, "channel/NAME", "source/NAME of the catalog"].join(", ")

/** The place of each name that is nothing's in the list, and what is wrong with it. */
export const muteFaults = (
  file: AlertFile | undefined,
  channels: Iterable<string>,
  sources: Iterable<string>
): ReadonlyArray<readonly [index: number, message: string]> => {
  const known = [
    ...alertSubjects,
    ...[...channels].map((name) => `channel/${name}`),
    ...[...sources].map((name) => `source/${name}`)
  ]
  return (file?.mute ?? []).flatMap((name, index) =>
    known.includes(name) ? [] : [[index, `names "${name}", which is none of ${subjects}`] as const]
  )
}

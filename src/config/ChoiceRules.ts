// Which keys of a channel's choice go together, and what they become. Pure.
import type { Choice } from "../domain/Choice.ts"
import type { ChannelFile } from "./CatalogSchema.ts"
import type { KeyFault } from "./SourceRules.ts"

const zoneless = ({ digest, quiet, spread, windows, zone }: ChannelFile): ReadonlyArray<KeyFault> => {
  if (zone !== undefined) return []
  const needing = [
    ...(windows === undefined ? [] : ["windows"]),
    ...(digest === undefined || digest.at.length === 0 ? [] : ["digest"]),
    ...(spread && quiet === undefined ? ["spread"] : [])
  ]
  return needing.map((key) => [key, "needs zone: whose time of day is meant"] as const)
}

/** All that is wrong between the keys of a channel. */
export const choiceFaults = (file: ChannelFile): ReadonlyArray<KeyFault> => {
  const { digest, spread } = file
  return [
    ...zoneless(file),
    ...(spread && digest !== undefined
      ? [["spread", "and digest exclude each other: a digest has times of its own"] as const]
      : []),
    ...(digest?.within !== undefined && digest.at.length > 0
      ? [["digest", "has at and within, which exclude each other"] as const]
      : [])
  ]
}

/** Only what is written: an absent key is an absent choice. */
export const choiceOf = (file: ChannelFile): Choice => {
  const { caps, digest, expire, first, quiet, spread, where, windows } = file
  const zone = file.zone ?? quiet?.zone
  return {
    ...(where === undefined ? {} : { where }),
    ...(caps === undefined ? {} : { caps: caps.map(({ per, ...cap }) => ({ ...cap, perMs: per })) }),
    ...(first === undefined ? {} : { first }),
    ...(digest === undefined
      ? {}
      : {
          digest: {
            ...{ items: digest.items, at: digest.at },
            ...(digest.within === undefined ? {} : { withinMs: digest.within })
          }
        }),
    ...(zone === undefined ? {} : { zone }),
    ...(windows === undefined ? {} : { windows }),
    ...(spread ? { spread } : {}),
    ...(expire === undefined ? {} : { expireMs: expire })
  }
}

// The catalog: YAML text → channels and sources, every key known, every reference resolved. Pure. Promises: all mistakes are reported at
// once, each with its line; nothing half-valid leaves.
import { Either } from "effect"
import type { AlertTerms } from "../domain/AlertTerms.ts"
import type { Channel } from "../domain/Channel.ts"
import type { ChannelId, SourceId } from "../domain/Names.ts"
import type { Source } from "../domain/Source.ts"
import { alertTermsOf } from "./AlertSchema.ts"
import { CatalogCheck, type ReadTemplate } from "./CatalogCheck.ts"
import { decodeForm } from "./CatalogForm.ts"
import type { ConfigInvalid } from "./ConfigInvalid.ts"
import { schemaFaults } from "./Place.ts"
import { anyWords, type CheckWords } from "./WordsRules.ts"
import { refuse, yamlValue } from "./YamlValue.ts"

export interface Catalog {
  /** Telegram user ids that may steer. */
  readonly admins: ReadonlyArray<number>
  readonly channels: ReadonlyMap<ChannelId, Channel>
  readonly sources: ReadonlyMap<SourceId, Source>
  /** An item is remembered this long after it was last seen, ms. */
  readonly forgetMs: number
  /** Absent: the defaults. */
  readonly alerts?: AlertTerms
}

/** `file` is the name that messages use. */
export const decodeCatalog = (
  file: string,
  text: string,
  readTemplate: ReadTemplate,
  checkWords: CheckWords = anyWords
): Either.Either<Catalog, ConfigInvalid> =>
  Either.gen(function* () {
    const { place, value } = yield* yamlValue(file, text)
    const decoded = yield* Either.orElse(decodeForm(value), (error) => refuse(schemaFaults(place, error)))
    const check = new CatalogCheck(place, readTemplate, checkWords)
    const channels = check.channels(decoded)
    const sources = check.sources(decoded.sources, channels)
    check.gone(channels, sources)
    check.mutes(decoded)
    if (check.faults.length > 0) yield* refuse(check.faults)
    const { admins, forget, alerts } = decoded
    return {
      ...{ admins, channels, sources, forgetMs: forget },
      ...(alerts === undefined ? {} : { alerts: alertTermsOf(alerts) })
    }
  })

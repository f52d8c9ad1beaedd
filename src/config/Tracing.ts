// Where spans go: the standard variables of OpenTelemetry, as far as they concern traces. Nothing is collected unless an endpoint is named.
// @source https://opentelemetry.io/docs/specs/otel/protocol/exporter/ and https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/ (2026-11-26)
import { Config, ConfigError, Either, Option, Redacted } from "effect"

export interface Tracing {
  readonly url: string
  readonly protocol: "http/json" | "http/protobuf"
  /** Often with a key of the collector's: hidden. */
  readonly headers: Redacted.Redacted<Readonly<Record<string, string>>>
  readonly serviceName: string
  readonly attributes: Readonly<Record<string, string>>
  /** Of the traces that begin here, from 0 to 1. */
  readonly share: number
  readonly everyMs: number
  /** Spans in one request. */
  readonly batch: number
}

const text = (name: string) => Config.nonEmptyString(name).pipe(Config.map((value) => value.trim()))

/** One step: a complaint bears the name of its variable only where it is made directly upon it. */
const checked = <A>(name: string, read: (value: string) => Either.Either<A, string>) =>
  Config.nonEmptyString(name).pipe(
    Config.mapOrFail((value) =>
      Either.mapLeft(read(value.trim()), (complaint) => ConfigError.InvalidData([], complaint))
    )
  )

/** What is said of traces, else what is said of all signals. A wrong word about traces is no absent one; it may be absent in several places. */
const tracesFirst = <A>(ofTraces: Config.Config<A>, ofAll: Config.Config<A>) =>
  Config.orElseIf(ofTraces, { if: ConfigError.isMissingDataOnly, orElse: () => ofAll })

const endpointOf = (value: string): Either.Either<string, string> => {
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (url === undefined || !["http:", "https:"].includes(url.protocol))
    return Either.left("must be an http or https URL, for example http://localhost:4318")
  // The exporter's failures name the address.
  return url.username === "" && url.password === ""
    ? Either.right(value.replace(/\/+$/, ""))
    : Either.left("must be without a password; say it in OTEL_EXPORTER_OTLP_HEADERS")
}

const endpoint = tracesFirst(
  checked("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", endpointOf),
  checked("OTEL_EXPORTER_OTLP_ENDPOINT", endpointOf).pipe(Config.map((base) => `${base}/v1/traces`))
).pipe(Config.option)

const protocolOf = (value: string): Either.Either<Tracing["protocol"], string> =>
  value === "http/json" || value === "http/protobuf"
    ? Either.right(value)
    : Either.left(`must be http/protobuf or http/json, but is "${value}"`)

const protocol = tracesFirst(
  checked("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", protocolOf),
  checked("OTEL_EXPORTER_OTLP_PROTOCOL", protocolOf)
).pipe(Config.withDefault<Tracing["protocol"]>("http/protobuf"))

const decoded = (value: string): string | undefined => {
  try {
    return decodeURIComponent(value.trim())
  } catch {
    // A stray percent sign: the complaint names the variable.
    return undefined
  }
}

/** `key1=value1,key2=value2`, the values percent-encoded. Complaints repeat none of it. */
const pairsOf = (value: string): Either.Either<Record<string, string>, string> => {
  const pairs = value.split(",").flatMap((pair) => {
    if (pair.trim() === "") return []
    const [, name = "", rest = ""] = /^\s*([^=\s]+)\s*=(.*)$/s.exec(pair) ?? []
    return [[name, decoded(rest)] as const]
  })
  const known = pairs.flatMap(([name, one]) =>
    name === "" || one === undefined ? [] : [[name, one] as const]
  )
  return known.length === pairs.length
    ? Either.right(Object.fromEntries(known))
    : Either.left("must be name=value pairs with commas between them, values percent-encoded")
}

const noPairs: Record<string, string> = {}

const headers = tracesFirst(
  checked("OTEL_EXPORTER_OTLP_TRACES_HEADERS", pairsOf),
  checked("OTEL_EXPORTER_OTLP_HEADERS", pairsOf)
).pipe(
  Config.withDefault(noPairs),
  Config.map((pairs) => Redacted.make(pairs))
)

const ratioOf = (value: string): Either.Either<number, string> =>
  Number(value) >= 0 && Number(value) <= 1
    ? Either.right(Number(value))
    : Either.left(`must be a number from 0 to 1, but is "${value}"`)

const samplers = ["always_on", "always_off", "traceidratio"] as const

/** No trace begins elsewhere, so that a parent's decision is always this one's. */
const samplerOf = (value: string): Either.Either<(typeof samplers)[number], string> =>
  Either.fromNullable(
    samplers.find((name) => name === value || `parentbased_${name}` === value),
    () => `must be ${samplers.join(", ")} or one of them after parentbased_, but is "${value}"`
  )

const share = Config.all({
  sampler: checked("OTEL_TRACES_SAMPLER", samplerOf).pipe(Config.withDefault("always_on" as const)),
  ratio: checked("OTEL_TRACES_SAMPLER_ARG", ratioOf).pipe(Config.withDefault(1))
}).pipe(
  Config.map(({ sampler, ratio }) => (sampler === "traceidratio" ? ratio : sampler === "always_on" ? 1 : 0))
)

const countOf = (value: string): Either.Either<number, string> =>
  /^\d{1,9}$/.test(value) && Number(value) >= 1
    ? Either.right(Number(value))
    : Either.left(`must be a whole number from 1, but is "${value}"`)

const attributes = checked("OTEL_RESOURCE_ATTRIBUTES", pairsOf).pipe(Config.withDefault(noPairs))

const flagOf = (value: string): Either.Either<boolean, string> =>
  /^(true|false)$/i.test(value)
    ? Either.right(value.toLowerCase() === "true")
    : Either.left(`must be true or false, but is "${value}"`)

const off = Config.all({
  disabled: checked("OTEL_SDK_DISABLED", flagOf).pipe(Config.withDefault(false)),
  exporter: text("OTEL_TRACES_EXPORTER").pipe(Config.withDefault("otlp"))
}).pipe(Config.map(({ disabled, exporter }) => disabled || exporter !== "otlp"))

/** None: no span is made. */
export const tracing: Config.Config<Option.Option<Tracing>> = Config.all({
  off,
  endpoint,
  protocol,
  headers,
  attributes,
  share,
  serviceName: text("OTEL_SERVICE_NAME").pipe(Config.option),
  everyMs: checked("OTEL_BSP_SCHEDULE_DELAY", countOf).pipe(Config.withDefault(5_000)),
  batch: checked("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", countOf).pipe(Config.withDefault(512))
}).pipe(
  Config.map(({ off, endpoint, serviceName, attributes, ...rest }) =>
    Option.map(off ? Option.none() : endpoint, (url) => {
      const { "service.name": named, ...others } = attributes
      const name = Option.getOrElse(serviceName, () => named ?? "oncecast")
      return { ...rest, url, serviceName: name, attributes: others }
    })
  )
)

// What the files for Prometheus and Grafana ask for, held against what `/metrics` prints: each metric, and each label of it.
import { readFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { Schema } from "effect"
import { parse } from "yaml"

const ops = resolve(import.meta.dirname, "../../.ops")

const Rules = Schema.Struct({
  groups: Schema.Array(
    Schema.Struct({
      name: Schema.String,
      rules: Schema.Array(
        Schema.Struct({
          alert: Schema.String,
          expr: Schema.String,
          for: Schema.optional(Schema.String.pipe(Schema.pattern(/^\d+[smhd]$/))),
          labels: Schema.Struct({ severity: Schema.Literal("page", "ticket") }),
          annotations: Schema.Struct({ summary: Schema.String, description: Schema.String })
        })
      )
    })
  )
})

const Dashboard = Schema.Struct({
  templating: Schema.Struct({ list: Schema.Array(Schema.Struct({ query: Schema.String })) }),
  panels: Schema.Array(
    Schema.Struct({
      id: Schema.Int,
      title: Schema.String,
      targets: Schema.Array(Schema.Struct({ expr: Schema.String }))
    })
  )
})

export const ruleFile = () =>
  Schema.decodeUnknownSync(Rules)(parse(readFileSync(join(ops, "prometheus-alerts.yml"), "utf8")))

export const dashboardFile = () =>
  Schema.decodeUnknownSync(Schema.parseJson(Dashboard))(
    readFileSync(join(ops, "grafana-dashboard.json"), "utf8")
  )

/** Every expression of both files. */
export const expressions = (): ReadonlyArray<string> => [
  ...ruleFile().groups.flatMap(({ rules }) => rules.map(({ expr }) => expr)),
  ...dashboardFile().panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
  ...dashboardFile().templating.list.flatMap(({ query }) => (query.includes("(") ? [query] : []))
]

/** Name → labels, as a text in Prometheus' format has them. */
export type Printed = ReadonlyMap<string, ReadonlySet<string>>

export const printed = (metrics: string): Printed => {
  const found = new Map<string, Set<string>>([["up", new Set(["job"])]])
  for (const [, name = "", labels = ""] of metrics.matchAll(/^([a-z_]+)(?:\{(.*)\})? \S+$/gm)) {
    const known = found.get(name) ?? new Set()
    for (const [, label = ""] of labels.matchAll(/(\w+)="/g)) known.add(label)
    found.set(name, known)
  }
  return found
}

const words = new Set(
  "sum max by le increase rate histogram_quantile time topk label_values and or on ignoring".split(" ")
)

/** What an expression names that is not printed. */
export const missing = (expression: string, metrics: Printed): ReadonlyArray<string> => {
  const bare = expression.replace(/"[^"]*"/g, '""').replace(/\[\w+\]/g, "")
  const grouping = [...bare.matchAll(/\bby \(([^)]*)\)|, (\w+)\)$/g)].flatMap(([, by = "", value = ""]) =>
    `${by},${value}`.split(/,\s*/).filter((name) => name !== "")
  )
  const selected = [...bare.matchAll(/([a-z_]+)\{([^}]*)\}/g)].flatMap(([, name = "", labels = ""]) =>
    [...labels.matchAll(/(\w+)(?==|!)/g)].map(([label]) => ({ name, label }))
  )
  const rest = bare.replace(/\{[^}]*\}/g, "").replace(/\bby \([^)]*\)/g, "")
  const names = [...rest.matchAll(/[a-z_]{2,}(?![a-z_(])/g)]
    .map(([name]) => name)
    .filter((name) => !words.has(name) && !grouping.includes(name))
  const labels = new Set(names.flatMap((name) => [...(metrics.get(name) ?? [])]))
  return [
    ...names.filter((name) => !metrics.has(name)),
    ...selected
      .filter(({ name, label }) => metrics.get(name)?.has(label) !== true)
      .map(({ name, label }) => `${name}{${label}}`),
    ...grouping.filter((label) => !labels.has(label)).map((label) => `by (${label})`)
  ]
}

// The HTTP API for people: the OpenAPI document, as it stands at `/openapi.json`, put into words.
import * as OpenApi from "@effect/platform/OpenApi"
import { type Html, html } from "../../domain/Html.ts"
import { Api } from "../Api.ts"
import type { Page } from "./Layout.ts"
import { section } from "./Parts.ts"

type Operation = OpenApi.OpenAPISpecOperation

const parameters = ({ parameters }: Operation): Html | undefined =>
  parameters.length === 0
    ? undefined
    : html`<p class="note">${parameters.map(({ name, in: place, required }, at) => html`${at > 0 ? ", " : undefined}<code>${name}</code> in the ${place}${required ? undefined : " (optional)"}`)}</p>`

/** A schema without its definitions' names. */
const shape = (schema: object): string =>
  JSON.stringify(schema, null, 2).replaceAll("#/components/schemas/", "")

const body = ({ requestBody }: Operation): Html | undefined => {
  const schema = requestBody?.content["application/json"]?.schema
  return schema === undefined
    ? undefined
    : html`<details><summary>Body</summary><pre>${shape(schema)}</pre></details>`
}

const answers = ({ responses }: Operation): Html =>
  html`<details><summary>Answers</summary>${Object.entries(responses).map(
    ([code, { description, content }]) =>
      html`<h4>${code} <span class="note">${description}</span></h4>${Object.values(content ?? {}).map(({ schema }) => html`<pre>${shape(schema)}</pre>`)}`
  )}</details>`

const operation = (method: string, path: string, one: Operation): Html =>
  html`<article class="operation"><h3><span class="method ${method}">${method.toUpperCase()}</span> <code>${path}</code>${(one.security ?? []).length > 0 ? html` <span class="note">needs the token</span>` : undefined}</h3><p>${one.description}</p>${parameters(one)}${body(one)}${answers(one)}</article>`

export const docsPage = (): Page => {
  const { paths, components } = OpenApi.fromApi(Api)
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, one]) => operation(method, path, one))
  )
  const schemas = Object.entries(components.schemas).map(
    ([name, schema]) =>
      html`<details><summary><code>${name}</code></summary><pre>${shape(schema)}</pre></details>`
  )
  return {
    title: "API",
    main: html`<h1>HTTP API</h1><p>The same for programs: <a href="openapi.json">openapi.json</a>. Reading needs nothing; changes need <code>Authorization: Bearer DASHBOARD_TOKEN</code>.
Health is at <a href="health/live">health/live</a> and <a href="health/ready">health/ready</a>, metrics are at <a href="metrics">metrics</a>.</p>
${section("Operations", html`${operations}`)}${schemas.length === 0 ? undefined : section("Shapes", html`${schemas}`)}`
  }
}

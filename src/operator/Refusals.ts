// What somebody is told whose request does not fit the API: one sentence. Enters: the library's complaints, in which a person finds no way.
// Leaves: the same error, status 400, with a message for people.
import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import * as HttpApiError from "@effect/platform/HttpApiError"
import * as HttpServerError from "@effect/platform/HttpServerError"
import { Cause, Effect } from "effect"
import { Api } from "./Api.ts"

type Complaint = InstanceType<typeof HttpApiError.HttpApiDecodeError>

/** "This request does not fit: delivery must be a whole number from 1." */
const sentence = (issues: Complaint["issues"]): string => {
  const parts = issues.map(({ path, message }) => [...path.map(String), message].join(" "))
  return `This request does not fit: ${[...new Set(parts)].join("; ")}.`
}

const told = (issues: Complaint["issues"], message = sentence(issues)) =>
  new HttpApiError.HttpApiDecodeError({ issues, message })

/** The complaint for people; undefined for any other way of failing. */
const complaint = (failure: unknown): Complaint | undefined => {
  if (failure instanceof HttpApiError.HttpApiDecodeError) return told(failure.issues)
  // The library takes a body that cannot be read for a bug of ours.
  return failure instanceof HttpServerError.RequestError
    ? told([], "This request does not fit: its body is not JSON.")
    : undefined
}

/** To be mounted around the whole API. */
export const refusals = HttpApiBuilder.middleware(Api, (app) =>
  Effect.catchAllCause(app, (cause) => complaint(Cause.squash(cause)) ?? Effect.failCause(cause))
)

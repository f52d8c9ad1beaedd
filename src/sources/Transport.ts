// The HTTP clients that requests go out through: one that connects to public addresses only, one that connects anywhere. They never share
// a connection, so what one source was permitted is not lent to another. Lives as long as its scope; closing it cuts every request.
import type { LookupFunction } from "node:net"
import * as HttpClient from "@effect/platform/HttpClient"
import type * as HttpClientError from "@effect/platform/HttpClientError"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { Effect, type Scope } from "effect"
import { Agent } from "undici"
import { guarded } from "./Address.ts"

/** A client whose requests end with their scope: an answer that nobody reads on is cut off. */
export type ScopedClient = HttpClient.HttpClient.With<HttpClientError.HttpClientError, Scope.Scope>

export interface Transport {
  readonly guarded: ScopedClient
  readonly open: ScopedClient
}

const client = (lookup: LookupFunction): Effect.Effect<ScopedClient, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => new Agent({ connect: { lookup } })),
    (agent) => Effect.promise(() => agent.destroy())
  ).pipe(
    Effect.map((agent) =>
      NodeHttpClient.makeUndici(agent).pipe(
        // Spans would keep the whole URL, and their headers would be sent to strangers.
        HttpClient.withTracerDisabledWhen(() => true),
        HttpClient.withScope
      )
    )
  )

/** `lookup` resolves host names. */
export const makeTransport = (lookup: LookupFunction): Effect.Effect<Transport, never, Scope.Scope> =>
  Effect.all({ guarded: client(guarded(lookup)), open: client(lookup) })

// The log-in: a name for the audit log, and the token.
import { html } from "../../domain/Html.ts"
import type { Page } from "./Layout.ts"
import type { Visit } from "./Visit.ts"

/** `refused`: why the last try failed. */
export const logInPage = (
  visit: Visit,
  to: string,
  refused?: { readonly why: string; readonly code: number }
): Page => ({
  title: "Log in",
  ...(refused === undefined ? {} : { code: refused.code }),
  main: visit.hasToken
    ? html`<form method="post" action="log-in" class="log-in"><h1>Log in</h1><p class="note">To pause, resume, decide and reorder. Reading needs no log-in.</p>
${refused === undefined ? undefined : html`<p class="failing" role="alert">${refused.why}</p>`}
<input type="hidden" name="to" value="${to}">
<label for="name">Your name, for the audit log</label><input id="name" name="name" autocomplete="nickname" maxlength="60" required>
<label for="token">DASHBOARD_TOKEN</label><input id="token" name="token" type="password" autocomplete="current-password" required>
<button class="main">Log in</button></form>`
    : html`<h1>Log in</h1><p>Set <code>DASHBOARD_TOKEN</code> in the environment of the service and start it anew; then log in here with it.</p>`
})

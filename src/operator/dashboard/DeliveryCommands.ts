// What a person can do with a delivery, as its state permits: the same forms on every page.

import { Option } from "effect"
import { type Html, html } from "../../domain/Html.ts"
import type { DeliveryRow } from "../../outbox/Ledger.ts"
import { action, confirmed, readOnly } from "./Parts.ts"
import type { Visit } from "./Visit.ts"

const messageInput = (id: number, suggested: Option.Option<number>): Html =>
  html`<label for="message-${id}">message id</label> <input id="message-${id}" name="messageId" inputmode="numeric" pattern="[0-9]+" required size="8"${Option.match(
    suggested,
    { onNone: () => undefined, onSome: (message) => html` value="${message}"` }
  )}>`

/** `suggested`: the message that it may be. */
export const commandsOf = (
  visit: Visit,
  { id, state, attempt }: Pick<DeliveryRow, "id" | "state" | "attempt">,
  suggested: Option.Option<number>
): Html | undefined => {
  const give = (command: string, label: string, look: "plain" | "main" | "danger" = "plain") =>
    action(visit, command, { delivery: id }, label, look)
  const looked = attempt === null ? { delivery: id } : { delivery: id, attempt }
  const forms = (): ReadonlyArray<Html | undefined> => {
    switch (state) {
      case "parked":
      case "unknown":
        return [
          action(visit, "sent", looked, "It is there", "main", messageInput(id, suggested)),
          action(visit, "absent", looked, "It is not there: send it again", "main")
        ]
      case "refused":
      case "expired":
        return [give("retry", "Queue it again", "main")]
      case "queued":
        return [
          action(visit, "reorder", { delivery: id, place: "first" }, "Post now", "main"),
          action(visit, "reorder", { delivery: id, place: "last" }, "Put last")
        ]
      case "sent":
      case "edited":
        return [confirmed("Withdraw the post…", give("withdraw", "Yes, withdraw it", "danger"))]
      default:
        return []
    }
  }
  const possible = forms()
  return possible.length === 0 ? undefined : html`<div class="actions">${possible}${readOnly(visit)}</div>`
}

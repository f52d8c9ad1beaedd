// What the catalog's forms do when they are sent: show the change, show the form once more, or make it. Promises: nothing is written before
// the lines were shown; what is written is what was shown.
import { Effect, Either, Option } from "effect"
import type { CatalogChange, CatalogChanged } from "../../config/CatalogEditing.ts"
import { entriesIn } from "../../config/CatalogEntries.ts"
import type { Entry, Section } from "../../config/CatalogText.ts"
import type { StorageFailed } from "../../domain/StorageFailed.ts"
import { CatalogCommands, type CatalogView } from "../CatalogCommands.ts"
import { NotFound, type NotPossible } from "../NotDone.ts"
import type { Status } from "../Status.ts"
import { confirmPage } from "./CatalogConfirm.ts"
import { entryIn, type Filled, fieldsOf, filledWith } from "./CatalogFields.ts"
import { type EntryForm, entryForm } from "./CatalogForm.ts"
import { catalogPage, closedCatalog, one } from "./CatalogPage.ts"
import type { Page } from "./Layout.ts"
import type { Session } from "./Session.ts"
import type { Visit } from "./Visit.ts"

type Form = ReadonlyMap<string, string>

const sectionIn = (name: string | null | undefined): Section => (name === "channels" ? "channels" : "sources")

/** The page of the catalog. */
export const catalog = (visit: Visit, status: Status) =>
  Effect.gen(function* () {
    const { show } = yield* CatalogCommands
    if (Option.isNone(visit.session)) return closedCatalog(visit, status)
    return yield* Effect.match(show, {
      onFailure: ({ message }) => closedCatalog(visit, status, message),
      onSuccess: (view) => catalogPage(visit, view)
    })
  })

const asEntryForm = (
  view: CatalogView,
  { csrf }: Session,
  of: Section,
  name: string,
  filled: Filled,
  known: boolean
): EntryForm => ({
  csrf,
  of,
  name,
  known,
  version: view.version,
  channels: [...entriesIn(view.text, "channels").keys()],
  filled
})

/** The form of an entry, as it is written now. */
export const entry = (visit: Visit, status: Status) =>
  Effect.gen(function* () {
    const { show } = yield* CatalogCommands
    if (Option.isNone(visit.session)) return closedCatalog(visit, status)
    const session = visit.session.value
    const of = sectionIn(visit.query.get("of"))
    const name = visit.query.get("name") ?? ""
    const shown = yield* Effect.either(show)
    if (Either.isLeft(shown)) return closedCatalog(visit, status, shown.left.message)
    const written = entriesIn(shown.right.text, of).get(name)
    if (written === undefined && name !== "")
      return yield* new NotFound({ what: `There is no ${one[of]} "${name}" in the catalog.` })
    const filled = filledWith(of, written ?? {})
    return entryForm(asEntryForm(shown.right, session, of, name, filled, written !== undefined))
  })

const filledIn = (of: Section, form: Form): Filled => ({
  fields: new Map(
    fieldsOf(of).map(({ key, choices }) => [
      key,
      choices === "channels"
        ? [...form.keys()]
            .filter((name) => name.startsWith(`field.${key}/`))
            .map((name) => name.slice(`field.${key}/`.length))
            .join("\n")
        : (form.get(`field.${key}`) ?? "")
    ])
  ),
  rest: (form.get("rest") ?? "").replaceAll("\r\n", "\n")
})

interface Asked {
  readonly of: Section
  readonly name: string
  readonly known: boolean
  readonly title: string
  readonly change: Either.Either<CatalogChange, string>
}

const putting = (of: Section, name: string, known: boolean, form: Form, before: Entry): Asked["change"] =>
  Either.map(entryIn(of, filledIn(of, form), before), (written) => [
    { section: of, name, change: { _tag: known ? ("Put" as const) : ("Add" as const), entry: written } }
  ])

const askedIn = (form: Form, view: CatalogView): Asked => {
  const of = sectionIn(form.get("of"))
  const name = (form.get("name") ?? "").trim()
  const known = form.get("known") === "yes"
  const about = { of, name, known }
  switch (form.get("ask")) {
    case "undo":
      return { ...about, title: "Take the last change back", change: Either.right("undo") }
    case "remove":
      return {
        ...about,
        title: `Remove ${one[of]} ${name}`,
        change: Either.right([{ section: of, name, change: { _tag: "Remove" } }])
      }
    default:
      return {
        ...about,
        title: `${known ? "Change" : "Add"} ${one[of]} ${name}`,
        change: putting(of, name, known, form, entriesIn(view.text, of).get(name) ?? {})
      }
  }
}

/** The page that says what is in the way: the form with all that was written into it, or the catalog. */
const refused = (
  visit: Visit,
  session: Session,
  view: CatalogView,
  form: Form,
  { known, name, of }: Asked,
  problem?: string
): Page => {
  if (form.get("ask") !== "put") return catalogPage(visit, view, problem)
  const again = asEntryForm(view, session, of, name, filledIn(of, form), known)
  return entryForm(problem === undefined ? again : { ...again, problem })
}

/** A page to be shown, or the sentence that the change was answered with. */
export type Outcome = { readonly page: Page } | { readonly said: string }

export const changeCatalog = (
  visit: Visit,
  session: Session,
  form: Form
): Effect.Effect<Outcome, StorageFailed | NotPossible, CatalogCommands> =>
  Effect.gen(function* () {
    const { apply, propose, show } = yield* CatalogCommands
    const view = yield* show
    const asked = askedIn(form, view)
    const back = (problem?: string): Outcome => ({
      page: refused(visit, session, view, form, asked, problem)
    })
    if (Either.isLeft(asked.change)) return back(asked.change.left)
    if (form.get("step") === "edit") return back()
    const change = asked.change.right
    const version = form.get("version") ?? ""
    const confirm = (overtaken: boolean) =>
      Effect.map(
        propose(change),
        (proposal): Outcome => ({
          page: confirmPage({
            title: asked.title,
            proposal,
            asked: form,
            editable: form.get("ask") === "put",
            overtaken: overtaken || version !== proposal.version
          })
        })
      )
    const made: Effect.Effect<Outcome, NotPossible | CatalogChanged | StorageFailed> = Effect.map(
      apply(change, version),
      (said) => ({ said })
    )
    return yield* (form.get("step") === "apply" ? made : confirm(false)).pipe(
      Effect.catchTag("CatalogChanged", () => confirm(true)),
      Effect.catchTag("NotPossible", ({ message }) => Effect.succeed(back(message)))
    )
  })

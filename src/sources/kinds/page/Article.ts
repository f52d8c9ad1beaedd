// What a page says of itself as an article → one item: its JSON-LD or microdata, else its meta elements, at last its title. Only for a page that
// a person named: of what a program finds, anything has a title, an error page too.
// @source https://schema.org/Article, https://ogp.me/#type_article (2026-11)
import type { Item } from "../../../domain/Item.ts"
import { canonicalUrl } from "../../../identity/CanonicalUrl.ts"
import { descriptionOf } from "../../reading/Description.ts"
import { feedDate } from "../../reading/FeedDate.ts"
import { given } from "../../reading/Given.ts"
import { absolute } from "../../reading/Links.ts"
import { plainText } from "../../reading/PlainText.ts"
import type { PageMeta } from "./PageMeta.ts"
import { imagesOf, short } from "./ProductFacts.ts"
import { type Thing, textNamed, textsNamed, thingsNamed } from "./Thing.ts"

/** "NewsArticle", "BlogPosting"; a JobPosting is none. */
const isArticle = ({ types }: Thing): boolean =>
  types.some((type) => /(?:Article|BlogPosting|SocialMediaPosting)$/.test(type))

/** The first that is about this page, else the only one: beside an article stand the teasers of others. */
const articleIn = (things: ReadonlyArray<Thing>, base: string, link: string): Thing | undefined => {
  const found = things
    .flatMap((thing) => [thing, ...thingsNamed(thing, "@graph"), ...thingsNamed(thing, "mainEntity")])
    .filter(isArticle)
  const here = canonicalUrl(link)
  const isHere = (thing: Thing) =>
    [
      textNamed(thing, "url", "mainEntityOfPage"),
      thing.id,
      thingsNamed(thing, "mainEntityOfPage")[0]?.id
    ].some((address) => canonicalUrl(absolute(address, base) ?? "") === here)
  return found.find(isHere) ?? (found.length === 1 ? found[0] : undefined)
}

const articleOf = (
  article: Thing | undefined,
  meta: PageMeta,
  base: string,
  link: string
): Item | undefined => {
  const said = (...names: ReadonlyArray<string>) =>
    article === undefined ? undefined : textNamed(article, ...names)
  const title = plainText(said("headline", "name") ?? meta.text("og:title", "twitter:title") ?? meta.title)
  if (title === "") return undefined
  const written = said("description") ?? meta.text("og:description", "description", "twitter:description")
  const author = said("author") ?? meta.text("author", "article:author")
  const own = article === undefined ? [] : imagesOf(article, base)
  const shown = meta.images.flatMap((image) => absolute(image, base) ?? [])
  const sections = article === undefined ? [] : textsNamed(article, "articleSection")
  return {
    link,
    title,
    body: descriptionOf(written ?? "", base).html,
    // Facebook wants the author's page, not a name.
    ...given("author", /^https?:/i.test(author ?? "") ? undefined : short(author)),
    ...given("publishedAt", feedDate(said("datePublished") ?? meta.text("article:published_time") ?? "")),
    images: own.length > 0 ? own : shown,
    categories: [...sections, meta.text("article:section")]
      .flatMap((section) => short(section) ?? [])
      .slice(0, 1)
  }
}

/** Whether the page says of itself that it is an article, whatever lists of products stand around it; then its item. */
export const saidArticle = (
  things: ReadonlyArray<Thing>,
  meta: PageMeta,
  base: string,
  link: string
): Item | undefined => {
  const article = articleIn(things, base, link)
  const isOne = article !== undefined || /^article$/i.test(meta.text("og:type") ?? "")
  return isOne ? articleOf(article, meta, base, link) : undefined
}

/** The item of a page of which nothing else is known; none without a title. */
export const titledPage = (meta: PageMeta, base: string, link: string): Item | undefined =>
  articleOf(undefined, meta, base, link)

// The two looks that need no file: an article and a product. Written in the same language as an operator's own, and good examples of it.
import { Either } from "effect"
import type { Template as TemplateName } from "../../domain/Channel.ts"
import { compileTemplate, type Template, type TemplateInvalid } from "./Template.ts"

const title = `<b>{% if link %}<a href="{{ link }}">{{ title | default: host }}</a>{% else %}{{ title }}{% endif %}</b>`

const article = `${title}

{{ body }}

{% if author %}<i>{{ author }}</i>{% endif %}
{%- if author and host %} · {% endif %}
{%- if host %}<a href="{{ link }}">{{ host }}</a>{% endif %}`

const product = `
{%- case event %}
{%- when "drop" %}{% if drop %}📉 <b>Price drop</b>{% endif %}
{%- when "back" %}{% unless soldOut %}🔔 <b>Back in stock</b>{% endunless %}
{%- when "gone" %}🚫 <b>No longer available</b>
{%- endcase %}
${title}

{% if oldPrice %}<s>{{ oldPrice | money }}</s> {% endif %}
{%- if price %}{% if soldOut or event == "gone" %}<s>{{ price | money }}</s>{% else %}<b>{{ price | money }}</b>{% endif %}{% endif %}
{%- if discount %} (−{{ discount }} %){% endif %}
{%- if availability %}
{% if available %}✅{% else %}⌛{% endif %} {{ availability }}{% endif %}

{{ body }}

{% if brand %}{{ brand }}{% endif %}
{%- if brand and rating %} · {% endif %}
{%- if rating %}★ {{ rating }}{% if reviews %} ({{ reviews }}){% endif %}{% endif %}

{% if link %}<button href="{{ link }}">{{ host }} ↗</button>{% endif %}`

export const builtIns = { article, product } as const

/** Compiled once: each time takes as long as filling them eight times. */
const compiled = {
  article: compileTemplate(article, "article"),
  product: compileTemplate(product, "product")
} as const

/** The channel's template, ready to be filled. */
export const templateOf = (name: TemplateName): Either.Either<Template, TemplateInvalid> =>
  name._tag === "BuiltIn" ? compiled[name.name] : compileTemplate(name.text, name.path)

/** For the case that a channel's own template fails on an item: simple enough never to. */
export const plainTemplate: Template = Either.getOrThrow(compiled.article)

// Where the readers differ from what a corpus expects, and why that is right. The corpora test fails on a deviation that is not
// listed, and on a listed one that is none any more. Names are "path field" as `Checks.ts` makes them.

export interface Deviation {
  readonly why: string
  readonly names: ReadonlyArray<string>
}

export const deviations: ReadonlyArray<Deviation> = [
  {
    why: "HTML5's &lang; and &rang; are U+27E8 and U+27E9; feedparser keeps HTML 4's",
    names: ["feedparser/entities/lang.xml title", "feedparser/entities/rang.xml title"]
  },
  {
    why: "the bytes are valid UTF-8 but for one, and it is the one that is lost; feedparser reads all of it as windows-1252",
    names: ["feedparser/encoding/bozo_linenoise.xml items[0].body"]
  },
  {
    why: "the expectation is feedparser's sanitised markup; nothing is sanitised while reading",
    names: [
      "feedparser/wellformed/sanitize/acceptable_element_keygen.xml items[0].body",
      "feedparser/wellformed/namespace/atomsvg.xml items[0].body",
      "feedparser/wellformed/namespace/atomsvgdesc.xml items[0].body",
      "feedparser/wellformed/namespace/rss2.0svg.xml items[0].body",
      "feedparser/wellformed/namespace/rss2.0svgtitle.xml items[0].body"
    ]
  },
  {
    why: "MathML and SVG become nothing in a post; the words are kept, the elements are not",
    names: [
      "feedparser/wellformed/namespace/atommathml.xml items[0].body",
      "feedparser/wellformed/namespace/rss2.0mathml.xml items[0].body"
    ]
  },
  {
    why: "a declaration is no text in HTML",
    names: [
      "feedparser/wellformed/sanitize/xml_declaration_unexpected_character.xml title",
      "feedparser/wellformed/rss/item_description_not_a_doctype.xml items[0].body"
    ]
  },
  {
    why: "the first of several dates, links or the like counts, not the last",
    names: [
      "feedparser/wellformed/atom/entry_created_multiple_values.xml items[0].date",
      "gofeed/translator/rss/feed_item_links_-_rss_channel_item_links.xml items[0].link"
    ]
  },
  {
    why: "base64 without a type is plain text by the format's default, not HTML",
    names: [
      "feedparser/wellformed/atom/entry_summary_base64_2.xml items[0].body",
      "feedparser/wellformed/atom/entry_title_base64_2.xml items[0].title",
      "feedparser/wellformed/atom/feed_title_base64_2.xml title"
    ]
  },
  {
    why: "a text whose type is no text has none; octet streams are not guessed to be HTML",
    names: [
      "feedparser/wellformed/atom10/entry_content_base64.xml items[0].body",
      "feedparser/wellformed/atom10/entry_content_base64_2.xml items[0].body",
      "feedparser/wellformed/atom10/entry_summary_base64_2.xml items[0].body",
      "feedparser/wellformed/atom10/entry_title_base64_2.xml items[0].title",
      "gofeed/parser/atom/atom10_feed_entry_summary_base64_escaped_markup.xml items[0].body",
      "gofeed/parser/atom/atom10_feed_entry_title_base64.xml items[0].title",
      "gofeed/parser/atom/atom10_feed_entry_title_base64_escaped_markup.xml items[0].title",
      "gofeed/parser/atom/atom10_feed_title_base64.xml title",
      "gofeed/parser/atom/atom10_feed_title_base64_escaped_markup.xml title",
      "gofeed/parser/atom/issue_275_extensions_and_source.xml items[1].body",
      "gofeed/parser/atom/issue_275_extensions_and_source.xml items[2].body"
    ]
  },
  {
    why: "entities of an internal DTD are never expanded",
    names: ["feedparser/wellformed/rss/entity_in_doctype.xml items[0].id"]
  },
  {
    why: "host names are lower case",
    names: ["feedparser/wellformed/rss/item_image_link_conflict.xml items[0].link"]
  },
  {
    why: "an id is an opaque text: resolving it would change it whenever the feed moves",
    names: [
      "feedparser/wellformed/base/http_entry_id_base_content_location.xml items[0].id",
      "feedparser/wellformed/base/http_entry_id_base_docuri.xml items[0].id"
    ]
  },
  {
    why: "feedburner:origLink is the page itself, the link is only a proxy",
    names: [
      "feed-rs/atom/atom_example_3.xml items[0].link",
      "rss-parser/input/many-links.rss items[0].link",
      "rss-parser/input/many-links.rss items[1].link",
      "rss-parser/input/many-links.rss items[2].link",
      "rss-parser/input/many-links.rss items[3].link",
      "rss-parser/input/many-links.rss items[4].link",
      "rss-parser/input/many-links.rss items[5].link",
      "rss-parser/input/many-links.rss items[6].link",
      "rss-parser/input/many-links.rss items[7].link",
      "rss-parser/input/many-links.rss items[8].link",
      "rss-parser/input/many-links.rss items[9].link",
      "rss-parser/input/many-links.rss items[10].link",
      "rss-parser/input/many-links.rss items[11].link",
      "rss-parser/input/many-links.rss items[12].link",
      "rss-parser/input/many-links.rss items[13].link",
      "rss-parser/input/many-links.rss items[14].link",
      "rss-parser/input/many-links.rss items[15].link",
      "rss-parser/input/many-links.rss items[16].link",
      "rss-parser/input/many-links.rss items[17].link",
      "rss-parser/input/many-links.rss items[18].link",
      "rss-parser/input/many-links.rss items[19].link",
      "rss-parser/input/many-links.rss items[20].link",
      "rss-parser/input/many-links.rss items[21].link",
      "rss-parser/input/many-links.rss items[22].link",
      "rss-parser/input/many-links.rss items[23].link",
      "rss-parser/input/many-links.rss items[24].link"
    ]
  },
  {
    why: "the full content is the body when there is a summary beside it; the expectation holds only the summary",
    names: [
      "feed-rs/atom/atom_example_3.xml items[0].body",
      "feed-rs/rss2/rss_2.0_example_5.xml items[0].body",
      "feed-rs/rss2/rss_2.0_example_6.xml items[0].body",
      "feed-rs/rss2/rss_2.0_relurl_1.xml items[0].body",
      "feed-rs/rss2/rss_2.0_relurl_1.xml items[1].body"
    ]
  },
  {
    why: "links are absolute in an item; the expectation is as written",
    names: ["feed-rs/atom/atom_relative.xml items[0].link"]
  },
  {
    why: "the snapshot has lost a slash or keeps a quotation mark of an escaped example; the feed has them right",
    names: [
      "sample-feeds/real-world/6769a7aac9914f98016cb5d26eef1939/feed.xml items[2].body",
      "sample-feeds/real-world/6769a7aac9914f98016cb5d26eef1939/feed.xml items[4].body",
      "sample-feeds/real-world/6769a7aac9914f98016cb5d26eef1939/feed.xml items[7].body",
      "sample-feeds/real-world/d5bdc200d39677aff2029e2459e49f49/feed.xml items[0].body"
    ]
  },
  {
    why: "rss-parser decodes this ISO-8859-1 feed as UTF-8 and loses the accents",
    names: [
      "rss-parser/input/uolNoticias.rss items[0].title",
      "rss-parser/input/uolNoticias.rss items[1].title",
      "rss-parser/input/uolNoticias.rss items[2].title",
      "rss-parser/input/uolNoticias.rss items[4].title",
      "rss-parser/input/uolNoticias.rss items[6].title",
      "rss-parser/input/uolNoticias.rss items[7].title",
      "rss-parser/input/uolNoticias.rss items[8].title",
      "rss-parser/input/uolNoticias.rss items[9].title",
      "rss-parser/input/uolNoticias.rss items[10].title",
      "rss-parser/input/uolNoticias.rss items[12].title",
      "rss-parser/input/uolNoticias.rss items[14].title"
    ]
  },
  {
    why: "the feed stands inside an HTML page; a page is refused, because a challenge or error page must never be read as a feed",
    names: ["feedjira/DuplicateContentAtomFeed.xml count"]
  }
]

/** The same for the pages, names as `pages.test.ts` makes them. */
export const pageDeviations: ReadonlyArray<Deviation> = [
  {
    why: "the example itself says different things in its two syntaxes (a price of 55 and of 1000, a name in capitals, no description)",
    names: [
      "schemaorg-products/4660 body",
      "schemaorg-products/eg-0010 price",
      "schemaorg-products/eg-0450 title"
    ]
  },
  {
    why: 'the microdata of the example is none: it writes class="itemscope"',
    names: [
      "schemaorg-products/eg-3475 title",
      "schemaorg-products/eg-3475 body",
      "schemaorg-products/eg-3475 images",
      "schemaorg-products/eg-3475 ids"
    ]
  },
  {
    why: "JSON-LD (43.90 EUR) is believed before a meta element (48,00 USD) that does not call the other price a former one",
    names: ["metascraper-shopping/etsy.html price"]
  },
  {
    why: "the logo says Michael Kors; the expectation misses it inside a picture element",
    names: ["zyte-parsers/brand 826"]
  },
  {
    why: "a text without a rating holds another number; the expectation is not told from the text",
    names: ["zyte-parsers/rating 69 value"]
  },
  {
    why: "the text says what it is out of (/ 5, /10, %), the expectation leaves it out",
    names: ["zyte-parsers/rating 92 best", "zyte-parsers/rating 96 best", "zyte-parsers/rating 116 best"]
  },
  {
    why: 'a price in words ("$35") leaves the microdata as a plain decimal',
    names: ["extruct/schema.org/Event.001.json 0.offers"]
  },
  {
    why: "words on a link or a picture are the value where the property is no address: shops write names, brands and prices so",
    names: [
      "extruct/schema.org/MusicRecording.001.json 0.event",
      "extruct/schema.org/MusicRecording.001.json 0.track",
      "extruct/w3c/microdata.5.5.json 0.work",
      "extruct/w3c/microdata.5.5.json 1.work"
    ]
  },
  {
    why: "an input element has no value in the specification; extruct reads its attributes for search boxes",
    names: ["extruct/schema.org/SearchAction.001.json 0.potentialAction"]
  },
  {
    why: "addresses stay as written until an item is made, which resolves them",
    names: ["extruct/w3c/microdata.7.1.json 0.url", "extruct/w3c/microdata.7.1.json 0.comment"]
  }
]

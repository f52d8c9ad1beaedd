// Which names are HTML elements: what is none ("Vec<T>") was meant as text.

const inline = new Set(
  "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd mark nobr q rp rt ruby s samp small span strike strong sub sup time tt u var wbr".split(
    " "
  )
)

const block = new Set(
  (
    "address applet area article aside audio base basefont blink blockquote body br button canvas caption center col colgroup command " +
    "datalist dd details dialog dir div dl dt embed fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header " +
    "hgroup hr html iframe img image input label layer legend li link listing main map marquee math menu meta meter nav noframes noscript " +
    "object ol optgroup option output p param picture plaintext portal pre progress script search section select slot source style " +
    "summary svg table tbody td template textarea tfoot th thead title tr track ul video xmp"
  ).split(" ")
)

export const isInlineElement = (name: string): boolean => inline.has(name)

export const isHtmlElement = (name: string): boolean => inline.has(name) || block.has(name)

// What product feeds call the fields that we have: Google and Meta (in the languages that Google allows), Skroutz, Yandex, Prom, Shopify,
// WooCommerce and the words that people choose. For columns of tables and elements of XML alike.
// @source https://support.google.com/merchants/answer/7052112, https://www.facebook.com/business/help/120325381656392,
// https://developer.skroutz.gr/feedspec,
// https://help.shopify.com/en/manual/products/import-export/using-csv, https://woocommerce.com/document/product-csv-importer-exporter/
import type { Field } from "./Product.ts"

/** "ID [id]" → "id", "Image Link" and "g:image_link" → "image_link", "In stock?" → "in_stock". */
export const plainName = (name: string): string =>
  (/\[([^\]]+)\]\s*$/.exec(name)?.[1] ?? name)
    .normalize("NFKC")
    .toLowerCase()
    .replace(/^\ufeff?\s*(?:g:)?/, "")
    .replace(/[\s_\-./()?:]+/g, "_")
    .replace(/^_|_$/g, "")

const words = (text: string): ReadonlyArray<string> => text.trim().split(/\s+/)

/**
 * Of each field the first name that is there counts. In the order in which fields take their names: a SKU is the id where there is no
 * other, else the article number.
 */
const namesOfFields: ReadonlyArray<readonly [field: Field, names: ReadonlyArray<string>]> = [
  [
    "id",
    words(`id product_id offer_id item_id unique_id uniqueid уникальный_идентификатор идентификатор_товара код_товара url_handle sku article_id
      artikelnummer артикул код handle`)
  ],
  [
    "title",
    words(`title name product_name product_title item_title название_позиции название наименование назва_позиції назва titel
      produktname bezeichnung titre nom título titulo nombre titolo nome nazwa název`)
  ],
  [
    "description",
    words(`description body_html long_description desc short_description описание опис beschreibung descripción descripcion
      descrizione opis popis`)
  ],
  [
    "link",
    words(`link url product_url product_link deeplink deep_link permalink external_url ссылка посилання продукт_на_сайте lien enlace
      odkaz`)
  ],
  [
    "image",
    words(`image_link image image_url product_image_url image_src picture main_image photo images ссылка_изображения изображение картинка фото bildlink
      bild lien_image enlace_imagen immagine`)
  ],
  [
    "moreImages",
    words(
      "additional_image_link additional_image_links additional_images additional_image_url additional_imageurl more_images"
    )
  ],
  [
    "price",
    words(
      "price price_with_vat variant_price regular_price current_price цена ціна preis prix precio prezzo cena"
    )
  ],
  ["salePrice", words("sale_price special_price promo_price sonderangebotspreis prix_soldé precio_oferta")],
  ["salePeriod", ["sale_price_effective_date"]],
  ["saleStart", ["date_sale_price_starts"]],
  ["saleEnd", ["date_sale_price_ends"]],
  [
    "oldPrice",
    words(`old_price oldprice variant_compare_at_price compare_at_price list_price original_price was_price rrp msrp uvp старая_цена
      стара_ціна`)
  ],
  ["currency", words("currency currency_code currencyid currency_id валюта währung devise moneda valuta")],
  [
    "availability",
    words(`availability available in_stock instock stock_status is_in_stock наличие наявність verfügbarkeit disponibilité
      disponibilidad disponibilità dostępność`)
  ],
  [
    "quantity",
    words(`quantity qty stock stock_quantity inventory inventory_quantity quantity_to_sell_on_facebook variant_inventory_qty count количество остаток
      кількість bestand`)
  ],
  [
    "brand",
    words(
      "brand vendor manufacturer producer бренд производитель виробник marke hersteller marque marca marka"
    )
  ],
  [
    "gtin",
    words(
      "gtin ean upc barcode gtin_upc_ean_or_isbn variant_barcode isbn ean13 gtin13 ean_code штрихкод штрих_код"
    )
  ],
  [
    "mpn",
    words(
      "mpn vendorcode vendor_code manufacturer_part_number part_number model_number sku variant_sku артикул"
    )
  ],
  ["condition", words("condition состояние стан zustand état estado condizione")],
  [
    "category",
    words(`product_type category_path product_category category categories type название_группы категория категорія kategorie
      produkttyp catégorie categoría categoria`)
  ],
  ["taxonomy", ["google_product_category"]],
  ["group", words("item_group_id group_id parent_id parent_sku parent id_группы_разновидностей")],
  ["adult", ["adult"]],
  ["date", words("date created_at published_at date_added pubdate дата")]
]

/** What tells the variants of a product apart, and what it is called in a post. */
const optionNames: ReadonlyMap<string, string> = new Map([
  ["color", "Color"],
  ["colour", "Color"],
  ["цвет", "Цвет"],
  ["колір", "Колір"],
  ["farbe", "Farbe"],
  ["couleur", "Couleur"],
  ["size", "Size"],
  ["размер", "Размер"],
  ["розмір", "Розмір"],
  ["größe", "Größe"],
  ["taille", "Taille"],
  ["material", "Material"],
  ["pattern", "Pattern"],
  ["gender", "Gender"],
  ["age_group", "Age group"],
  ["size_type", "Size type"],
  ["size_system", "Size system"]
])

/** What a name stands for. */
export type Meaning = { readonly field: Field } | { readonly option: string }

/** What those of the names mean that mean anything, each at most one thing. `taken`: fields that have their names already. */
export const meanings = (
  names: ReadonlyArray<string>,
  taken: ReadonlySet<Field> = new Set()
): ReadonlyMap<string, Meaning> => {
  const found = new Map<string, Meaning>()
  for (const [field, known] of namesOfFields) {
    const name = taken.has(field) ? undefined : known.find((one) => names.includes(one) && !found.has(one))
    if (name !== undefined) found.set(name, { field })
  }
  for (const name of names) {
    const option = found.has(name) ? undefined : optionNames.get(name)
    if (option !== undefined) found.set(name, { option })
  }
  return found
}

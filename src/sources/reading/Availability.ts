// How shops say whether a thing can be had (Google, Meta, schema.org, YML's cousins, plain words of the larger markets) → the five
// answers of the domain. Words nobody knows are no answer.
import type { Availability } from "../../domain/Item.ts"
import { remembered } from "./Remembered.ts"

/** By answer; without spaces, marks and accents. */
const words: Readonly<Record<Availability, string>> = {
  "in-stock":
    "instock available availablefororder limitedavailability limitedstock lowstock onlineonly instoreonly true yes y + " +
    "auflager lieferbar sofortlieferbar verfugbar enstock disponible disponibile enexistencia dostepny skladem naskladě opvoorraad " +
    "вналичии есть даесть да євнаявності внаявності наскладе άμεσαδιαθέσιμο διαθέσιμο σεαπόθεμα",
  "out-of-stock":
    "outofstock soldout unavailable notavailable false no n - nichtauflager nichtlieferbar nichtverfugbar ausverkauft rupturedestock " +
    "epuise indisponible agotado sinexistencias nondisponibile esaurito niedostepny vyprodano uitverkocht " +
    "нетвналичии нет нету відсутній немаєвнаявності немає ні закончился недоступен μηδιαθέσιμο εξαντλήθηκε",
  preorder:
    "preorder presale vorbestellung vorbestellbar vorbestellt precommande reserva preordine " +
    "предзаказ попереднєзамовлення ожидается очікується προπαραγγελία",
  backorder:
    "backorder madetoorder onorder toorder surcommande nachbestellt bajopedido suordinazione " +
    "подзаказ назаказ підзамовлення назамовлення κατόπινπαραγγελίας",
  discontinued: "discontinued снятспроизводства знятозвиробництва"
}

/** "+" and "-" are answers too (Prom). */
const plain = (text: string): string =>
  /^\s*[+-]\s*$/.test(text)
    ? text.trim()
    : text
        .toLowerCase()
        .normalize("NFD")
        .replace(/[^\p{L}]/gu, "")

const answers: ReadonlyArray<Availability> = [
  "in-stock",
  "out-of-stock",
  "preorder",
  "backorder",
  "discontinued"
]

const known: ReadonlyMap<string, Availability> = new Map(
  answers.flatMap((answer) => words[answer].split(" ").map((word) => [plain(word), answer] as const))
)

/** "Available from 1 to 3 days", "Διαθέσιμο από 4 έως 10 ημέρες": price comparisons write how long the delivery takes. */
const withDelay = /^(?:available|delivery|παράδοση|διαθέσιμο)\s.*\d/iu

/** The availability that a text means; a schema.org URL counts by its last part. Undefined for words nobody knows. */
export const availabilityOf = remembered((text): Availability | undefined =>
  text.length > 100
    ? undefined
    : (known.get(plain(text.replace(/^https?:\/\/(www\.)?schema\.org\//i, ""))) ??
      (withDelay.test(text.trim()) ? "in-stock" : undefined))
)

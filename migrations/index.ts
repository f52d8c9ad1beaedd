// The schema's history: append only. A released migration is never edited; the number is its place in the list for ever.
// One concern a file; times are epoch milliseconds given by the caller, so that SQL never asks the clock; every table is STRICT.
import type { SqlClient } from "@effect/sql"
import type { SqlError } from "@effect/sql/SqlError"
import type { Effect } from "effect"
import sources from "./0001_sources.ts"
import items from "./0002_items.ts"
import channels from "./0003_channels.ts"
import deliveries from "./0004_deliveries.ts"
import attempts from "./0005_attempts.ts"
import counts from "./0006_counts.ts"
import journal from "./0007_journal.ts"
import chat from "./0008_chat.ts"
import cursorUrl from "./0009_cursor_url.ts"
import posts from "./0010_posts.ts"
import evidence from "./0011_evidence.ts"
import steps from "./0012_steps.ts"
import bots from "./0013_bots.ts"
import trouble from "./0014_trouble.ts"
import absence from "./0015_absence.ts"
import longDocuments from "./0016_long_documents.ts"
import pages from "./0017_pages.ts"
import changes from "./0018_changes.ts"
import told from "./0019_told.ts"
import orphans from "./0020_orphans.ts"
import choices from "./0021_choices.ts"
import digests from "./0022_digests.ts"
import ordinals from "./0023_ordinals.ts"
import restored from "./0024_restored.ts"
import audit from "./0025_audit.ts"
import samples from "./0026_samples.ts"
import pushed from "./0027_pushed.ts"
import alerts from "./0028_alerts.ts"
import traces from "./0029_traces.ts"
import alertReports from "./0030_alert_reports.ts"
import waits from "./0031_waits.ts"
import pagesInTime from "./0032_pages_in_time.ts"
import backFrom from "./0033_back_from.ts"
import terms from "./0034_terms.ts"

export type Migration = Effect.Effect<void, SqlError, SqlClient.SqlClient>

export const migrations: Readonly<Record<string, Migration>> = {
  "0001_sources": sources,
  "0002_items": items,
  "0003_channels": channels,
  "0004_deliveries": deliveries,
  "0005_attempts": attempts,
  "0006_counts": counts,
  "0007_journal": journal,
  "0008_chat": chat,
  "0009_cursor_url": cursorUrl,
  "0010_posts": posts,
  "0011_evidence": evidence,
  "0012_steps": steps,
  "0013_bots": bots,
  "0014_trouble": trouble,
  "0015_absence": absence,
  "0016_long_documents": longDocuments,
  "0017_pages": pages,
  "0018_changes": changes,
  "0019_told": told,
  "0020_orphans": orphans,
  "0021_choices": choices,
  "0022_digests": digests,
  "0023_ordinals": ordinals,
  "0024_restored": restored,
  "0025_audit": audit,
  "0026_samples": samples,
  "0027_pushed": pushed,
  "0028_alerts": alerts,
  "0029_traces": traces,
  "0030_alert_reports": alertReports,
  "0031_waits": waits,
  "0032_pages_in_time": pagesInTime,
  "0033_back_from": backFrom,
  "0034_terms": terms
}

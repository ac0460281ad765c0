import type { Drift } from '../../src/db/totals/find-drift.ts';

/** What a recount finds when all stored totals agree with the rows. */
export const noDrift: Drift = {
  dailyTotals: 0,
  categoryTotals: 0,
  uncategorizedTotals: 0,
  batches: 0,
  categoryRanges: 0,
  decisionRanges: 0,
  textRanges: 0,
};

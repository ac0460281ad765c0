import type { LabelledRow } from '../categorization/labelled-row.ts';
import { merchantKey } from '../categorization/merchant-key.ts';
import type { CategoryPattern } from '../domain/pattern-set.ts';

export interface LabelSummary {
  rowCount: number;
  merchantCount: number;
  /** Merchants whose rows have different labels. */
  contradictoryCount: number;
  categoryCount: number;
  /** How many of these categories have a pattern. */
  categoriesWithPatternsCount: number;
}

export function summarizeLabels(
  rows: readonly LabelledRow[],
  patterns: readonly CategoryPattern[],
): LabelSummary {
  const merchants = Map.groupBy(rows, merchantKey);
  const labels = new Set(rows.map((row) => row.categoryId));
  const withPatterns = new Set(patterns.map((pattern) => pattern.categoryId));
  return {
    rowCount: rows.length,
    merchantCount: merchants.size,
    contradictoryCount: [...merchants.values()].filter(haveDifferentLabels).length,
    categoryCount: labels.size,
    categoriesWithPatternsCount: labels.intersection(withPatterns).size,
  };
}

const haveDifferentLabels = (rows: readonly LabelledRow[]): boolean =>
  rows.some((row) => row.categoryId !== rows[0]?.categoryId);

import type { CoverageAndPrecision } from '../../domain/learned-evaluation.ts';

/** How a version answered a labelled row that it had not learned from. */
export type RowAnswer = 'none' | 'right' | 'wrong';

/** A row that both versions learned from. */
export interface ComparedRow {
  /** As merchantKey returns it. */
  merchant: string;
  before: RowAnswer;
  after: RowAnswer;
}

export interface VersionComparison {
  rows: readonly ComparedRow[];
  /** All rows of each version. */
  before: CoverageAndPrecision;
  after: CoverageAndPrecision;
  targetPrecision: number;
}

/** A loss of right answers on fewer rows than this share is no reason to do without the newer labels. */
const toleratedLoss = 0.02;
/** Standard errors: in 19 of 20 cases, a difference this large is not chance. */
const certainty = 1.645;

/**
 * Returns whether a new version is worse than the present one, which it then doesn't replace. It is worse in either of
 * two cases:
 *
 * 1. On the rows that both learned from, it loses more than 2 right answers per 100 rows, beyond chance. A wrong answer
 *    costs as much as half the right ones that the target allows it: 9.5 at 95 %. Other rows don't count, because the
 *    labels that come later are often of harder merchants, which is no fault of the version.
 * 2. On all its rows, its precision is below the target and below that of the present version, beyond chance.
 *
 * All answers about a merchant are right or wrong together, so chance is estimated with merchants as clusters.
 */
export function isWorse({ rows, before, after, targetPrecision }: VersionComparison): boolean {
  const wrongCost = targetPrecision / (1 - targetPrecision) / 2;
  const value = { none: 0, right: 1, wrong: -wrongCost };
  const gains = rows.map((row) => ({
    merchant: row.merchant,
    gain: value[row.after] - value[row.before],
  }));
  if (highestMean(gains) < -toleratedLoss) return true;
  const enough = Math.min(targetPrecision, before.precision ?? 0);
  return after.precision !== null && after.precisionInterval[1] < enough;
}

/** Returns the highest mean that the gains are compatible with; 0 without rows. */
function highestMean(rows: readonly { merchant: string; gain: number }[]): number {
  if (rows.length === 0) return 0;
  const mean = rows.reduce((sum, { gain }) => sum + gain, 0) / rows.length;
  const deviations = new Map<string, number>();
  for (const { merchant, gain } of rows)
    deviations.set(merchant, (deviations.get(merchant) ?? 0) + gain - mean);
  const squares = [...deviations.values()].reduce((sum, deviation) => sum + deviation ** 2, 0);
  return mean + (certainty * Math.sqrt(squares)) / rows.length;
}

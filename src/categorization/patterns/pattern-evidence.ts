import { inTimeSlices } from '../in-time-slices.ts';
import type { LabelledRow } from '../labelled-row.ts';
import { merchantKey } from '../merchant-key.ts';
import type { MatchKind } from './match-kind.ts';
import type { MatchedPattern } from './matched-pattern.ts';

/** A labelled row with the pattern that wins for it, or null if none matches. */
export interface MatchedRow extends LabelledRow {
  match: MatchedPattern | null;
}

/** The labelled rows of one merchant that one pattern matches in one way. */
export interface PatternEvidence {
  patternId: number;
  kind: MatchKind;
  /** As merchantKey returns it. */
  merchant: string;
  rowCount: number;
  /** How many of these rows are labelled with the pattern's category. */
  rightCount: number;
}

/** Counts, for each pattern, kind of match and merchant, how often the pattern agrees with the label. */
export async function collectPatternEvidence(
  rows: readonly MatchedRow[],
): Promise<PatternEvidence[]> {
  const collected = new Map<string, PatternEvidence>();
  for await (const slice of inTimeSlices(rows))
    for (const row of slice) {
      if (row.match === null) continue;
      const { patternId, kind, categoryId } = row.match;
      const merchant = merchantKey(row);
      const key = `${patternId} ${kind} ${merchant}`;
      let evidence = collected.get(key);
      if (evidence === undefined) {
        evidence = { patternId, kind, merchant, rowCount: 0, rightCount: 0 };
        collected.set(key, evidence);
      }
      evidence.rowCount++;
      if (categoryId === row.categoryId) evidence.rightCount++;
    }
  return [...collected.values()];
}

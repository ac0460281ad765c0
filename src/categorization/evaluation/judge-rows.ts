import type { Threshold } from '../chain/chain-member.ts';
import { decideByChain } from '../chain/decide-by-chain.ts';
import { type CategorizerName, evaluatedChain, type Opinions } from '../chain/opinions.ts';
import { inTimeSlices } from '../in-time-slices.ts';
import type { LabelledRow } from '../labelled-row.ts';
import { merchantKey } from '../merchant-key.ts';
import type { MatchedRow } from '../patterns/pattern-evidence.ts';

/** A row whose category is known, and what was answered without knowing it. */
export interface JudgedRow {
  categoryId: number;
  /** As merchantKey returns it. */
  merchant: string;
  /** Null if nothing was answered. A decision that needs review is no answer. */
  answer: { categoryId: number; by: CategorizerName } | null;
}

/**
 * Lets the chain decide about rows whose category is known.
 *
 * @param opinions on the rows, in the same order
 */
export async function judgeRows(
  rows: readonly LabelledRow[],
  opinions: readonly Opinions[],
  threshold: Threshold,
): Promise<JudgedRow[]> {
  const chain = evaluatedChain(threshold);
  const judged: JudgedRow[] = [];
  for await (const slice of inTimeSlices(rows))
    for (const row of slice) {
      const said = opinions[judged.length] as Opinions;
      const decision = decideByChain(chain, ({ name }) => said[name]);
      const answer =
        decision === null || decision.needsReview
          ? null
          : { categoryId: decision.opinion.categoryId, by: decision.by.name };
      judged.push({ categoryId: row.categoryId, merchant: merchantKey(row), answer });
    }
  return judged;
}

/** Lets the patterns alone decide, as long as there are no other categorizers: every match counts. */
export const judgePatternsAlone = (rows: readonly MatchedRow[]): JudgedRow[] =>
  rows.map((row) => ({
    categoryId: row.categoryId,
    merchant: merchantKey(row),
    answer: row.match && { categoryId: row.match.categoryId, by: 'patterns' },
  }));

import type { CategorizableTransaction } from './categorizable-transaction.ts';
import type { CategorizerChain } from './chain/categorizer-chain.ts';
import type { Explanation } from './explanation.ts';

/** A transaction with the decision that is stored. */
export interface DecidedTransaction extends CategorizableTransaction {
  categorySource: string | null;
  learnedVersionId: number | null;
}

export interface ExplainedDecision {
  /** Null if nobody knows any more, or the categorizer doesn't explain itself. */
  explanation: Explanation | null;
  /** What had been learned was deleted since, so that it explains nothing. */
  isVersionGone: boolean;
}

/** Explains a stored decision by what its categorizer says again, with what it had learned then. */
export async function explainDecision(
  { knowledge, categorizers }: CategorizerChain,
  row: DecidedTransaction,
): Promise<ExplainedDecision> {
  const categorizer = categorizers.find(({ source }) => source === row.categorySource);
  if (categorizer?.explain === undefined) return { explanation: null, isVersionGone: false };
  const current = await knowledge.get();
  const { learnedVersionId } = row;
  const learned =
    learnedVersionId === null ? current.learned : await knowledge.version(learnedVersionId);
  if (learnedVersionId !== null && learned === null)
    return { explanation: null, isVersionGone: true };
  const explanation = await categorizer.explain(row, { ...current, learned });
  return { explanation, isVersionGone: false };
}

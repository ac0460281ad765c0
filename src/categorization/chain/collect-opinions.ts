import type { CategorizableTransaction } from '../categorizable-transaction.ts';
import { inTimeSlices } from '../in-time-slices.ts';
import { merchantKey } from '../merchant-key.ts';
import { isStrongKind } from '../patterns/match-kind.ts';
import type { MatchedPattern } from '../patterns/matched-pattern.ts';
import type { Learned } from './learn-from-rows.ts';
import type { Opinions } from './opinions.ts';

/** A transaction with the pattern that wins for it, or null if none matches. */
export interface MatchedTransaction extends CategorizableTransaction {
  match: MatchedPattern | null;
}

/** Returns what each categorizer says about each transaction, in the order of the input. */
export async function collectOpinions(
  transactions: readonly MatchedTransaction[],
  { memory, precision, model }: Learned,
): Promise<Opinions[]> {
  const opinions: Opinions[] = [];
  for await (const slice of inTimeSlices(transactions))
    for (const transaction of slice) {
      const { merchantName, description, match } = transaction;
      opinions.push({
        memory: memory.recall(merchantName),
        patterns: match && {
          categoryId: match.categoryId,
          confidence: precision.confidence({ ...match, merchant: merchantKey(transaction) }),
          standsAlone: !isStrongKind(match.kind),
        },
        model: model?.predict(merchantName, description) ?? null,
      });
    }
  return opinions;
}

import type { CategorizableTransaction } from '../categorizable-transaction.ts';
import type { CategorizerOpinion } from '../categorizer-opinion.ts';
import { whenUnsure } from '../chain/opinions.ts';
import type { CompiledPatterns } from '../current-patterns.ts';
import type { Explanation } from '../explanation.ts';
import type { Knowledge } from '../knowledge.ts';
import { merchantKey } from '../merchant-key.ts';
import { TimeSlices } from '../time-slices.ts';
import type { TransactionCategorizer } from '../transaction-categorizer.ts';

/** Transactions between two looks at the clock. The longest texts take a millisecond each. */
const rowsPerPause = 20;

/** Matches the patterns in the database. How right a match is depends on its kind, and on what labels show. */
export class DatabaseCategorizer implements TransactionCategorizer {
  readonly name = 'patterns';
  readonly source = 'pattern';
  readonly defaultMode = 'on';
  readonly whenUnsure = whenUnsure.patterns;

  async categorize(
    transactions: readonly CategorizableTransaction[],
    { patterns, learned }: Knowledge,
  ): Promise<(CategorizerOpinion | null)[]> {
    const { matcher } = await patterns();
    const opinionOn = (transaction: CategorizableTransaction): CategorizerOpinion | null => {
      const match = matcher.match(transaction.merchantName, transaction.description);
      if (match === null) return null;
      if (learned === null) return match.opinion;
      const { pattern, kind } = match;
      const query = { patternId: pattern.id, kind, merchant: merchantKey(transaction) };
      return { ...match.opinion, confidence: learned.precision.confidence(query) };
    };
    const opinions: (CategorizerOpinion | null)[] = [];
    const slices = new TimeSlices();
    for (const [row, transaction] of transactions.entries()) {
      if (row % rowsPerPause === 0) await slices.pause();
      opinions.push(opinionOn(transaction));
    }
    return opinions;
  }

  async explain(
    { merchantName, description }: CategorizableTransaction,
    { patterns }: Knowledge,
  ): Promise<Explanation | null> {
    const { matcher }: CompiledPatterns = await patterns();
    const match = matcher.match(merchantName, description);
    return match && { kind: 'pattern', pattern: match.pattern.pattern, field: match.field };
  }
}

import type { CategorizableTransaction } from '../categorizable-transaction.ts';
import { whenUnsure } from '../chain/opinions.ts';
import type { CompiledPatterns } from '../current-patterns.ts';
import type { Explanation } from '../explanation.ts';
import type { Knowledge } from '../knowledge.ts';
import { merchantKey } from '../merchant-key.ts';
import type { CategorizerOpinion, TransactionCategorizer } from '../transaction-categorizer.ts';
import { isStrongKind } from './match-kind.ts';
import { priorPrecision } from './pattern-precision.ts';

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
    const { matcher, kinds } = await patterns();
    return transactions.map((transaction) => {
      const { merchantName, description } = transaction;
      const match = matcher.match(merchantName, description);
      if (match === null) return null;
      const { id: patternId, categoryId } = match.pattern;
      const { field } = match;
      const kind = kinds.of(match, (field === 'merchant_name' ? merchantName : description) ?? '');
      const confidence =
        learned === null
          ? priorPrecision(kind)
          : learned.precision.confidence({ patternId, kind, merchant: merchantKey(transaction) });
      return { categoryId, confidence, standsAlone: !isStrongKind(kind), patternId, field };
    });
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

import type { CategoryMatch } from '../domain/category-match.ts';
import type { CurrentPatterns } from './current-patterns.ts';
import type {
  CategorizableTransaction,
  TransactionCategorizer,
} from './transaction-categorizer.ts';

/** Decides by the patterns in the database. */
export class DatabaseCategorizer implements TransactionCategorizer {
  readonly name = 'database';
  readonly #patterns: CurrentPatterns;

  constructor(patterns: CurrentPatterns) {
    this.#patterns = patterns;
  }

  async categorize(
    transactions: readonly CategorizableTransaction[],
  ): Promise<(CategoryMatch | null)[]> {
    const { matcher } = await this.#patterns.get();
    return transactions.map(({ merchantName, description }) => {
      const match = matcher.match(merchantName, description);
      if (match === null) return null;
      const { id, categoryId } = match.pattern;
      return {
        categoryId,
        source: 'pattern',
        confidence: 1,
        needsReview: false,
        patternId: id,
        field: match.field,
        learnedVersionId: null,
      };
    });
  }
}

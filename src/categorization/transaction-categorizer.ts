import type { CategoryMatch } from '../domain/category-match.ts';

/** What a categorizer may look at. */
export interface CategorizableTransaction {
  merchantName: string | null;
  description: string | null;
}

/** Decides the category of transactions; never writes, so that any caller may ask at any time. */
export interface TransactionCategorizer {
  readonly name: string;

  /** Gives a match or null for each transaction, in the order of the input. */
  categorize(transactions: readonly CategorizableTransaction[]): Promise<(CategoryMatch | null)[]>;
}

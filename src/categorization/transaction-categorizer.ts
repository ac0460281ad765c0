import type { CategoryMatch } from '../domain/category-match.ts';

/** The fields that a categorizer may use. */
export interface CategorizableTransaction {
  merchantName: string | null;
  description: string | null;
}

/** Decides the category of transactions. It never writes, so it may be called at any time. */
export interface TransactionCategorizer {
  readonly name: string;

  /** Returns a match or null for each transaction, in the order of the input. */
  categorize(transactions: readonly CategorizableTransaction[]): Promise<(CategoryMatch | null)[]>;
}

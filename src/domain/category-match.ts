/** The field of a transaction in which a pattern matched. */
export type MatchedField = 'merchant_name' | 'description';

/** What a categorizer decided for one transaction. */
export interface CategoryMatch {
  categoryId: number;
  patternId: number;
  field: MatchedField;
  /** From 0 (a guess) to 1 (certain). */
  confidence: number;
  /** The name of the categorizer that decided. */
  source: string;
}

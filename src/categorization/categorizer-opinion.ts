import type { MatchedField } from '../domain/category-match.ts';

/** What a categorizer says about a transaction. */
export interface CategorizerOpinion {
  /** A category that was deleted or merged since it was learned does no harm. */
  categoryId: number;
  /** From 0 to 1: the share of such opinions that are right, as far as is known. */
  confidence: number;
  /** It has to reach the target by itself, however right other decisions are. */
  standsAlone?: boolean;
  /** The pattern that matched, and where. */
  patternId?: number;
  field?: MatchedField;
  /** The learned version that the opinion comes from. */
  learnedVersionId?: number;
}

import type { CategoryMatch } from '../../src/domain/category-match.ts';

/** A sure match of a pattern. A test gives the fields that it is about. */
export const patternMatch = (
  categoryId: number,
  given: Partial<CategoryMatch> = {},
): CategoryMatch => ({
  categoryId,
  source: 'pattern',
  confidence: 0.955,
  needsReview: false,
  patternId: 1,
  field: 'merchant_name',
  learnedVersionId: null,
  ...given,
});

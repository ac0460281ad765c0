import type { MatchedField } from '../../domain/category-match.ts';
import type { CategoryPattern } from '../../domain/pattern-set.ts';

export type MatchDirection = 'pattern_in_text' | 'text_in_pattern';

export interface PatternMatch {
  pattern: CategoryPattern;
  field: MatchedField;
  direction: MatchDirection;
}

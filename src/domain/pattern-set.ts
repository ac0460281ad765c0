/**
 * `contains`: the pattern stands anywhere in the text, or the text anywhere in the pattern. `word`:
 * only where it begins and ends at the boundaries of words.
 */
export const matchModes = ['contains', 'word'] as const;
export type MatchMode = (typeof matchModes)[number];

/** A pattern as the rule of categorization sees it. */
export interface CategoryPattern {
  id: number;
  categoryId: number;
  /** As the admin wrote it; matching normalises it. */
  pattern: string;
  /** Higher wins, whatever else matches. */
  priority: number;
  matchMode: MatchMode;
}

/** All patterns, as of a version that every change counts up. */
export interface PatternSet {
  version: number;
  patterns: CategoryPattern[];
}

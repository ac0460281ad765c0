/**
 * `contains`: the pattern stands anywhere in the text, or the text anywhere in the pattern. `word`:
 * only where it begins and ends at the boundaries of words.
 */
export const matchModes = ['contains', 'word'] as const;
export type MatchMode = (typeof matchModes)[number];

/** The fields of a pattern that categorization uses. */
export interface CategoryPattern {
  id: number;
  categoryId: number;
  /** The text as the editor wrote it; matching normalises it. */
  pattern: string;
  /** The pattern with the highest priority wins. */
  priority: number;
  matchMode: MatchMode;
}

/** All patterns of one version. Every change raises the version. */
export interface PatternSet {
  version: number;
  patterns: CategoryPattern[];
}

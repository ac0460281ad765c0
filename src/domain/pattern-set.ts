/** A pattern as the rule of categorization sees it. */
export interface CategoryPattern {
  id: number;
  categoryId: number;
  /** As the admin wrote it; matching normalises it. */
  pattern: string;
  /** Higher wins, whatever else matches. */
  priority: number;
}

/** All patterns, as of a version that every change counts up. */
export interface PatternSet {
  version: number;
  patterns: CategoryPattern[];
}

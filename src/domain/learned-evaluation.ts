/** How many rows were answered, and how many of the answers were right. */
export interface CoverageAndPrecision {
  rowCount: number;
  /** Rows with an answer. */
  answeredCount: number;
  /** Answered rows of all rows, from 0 to 1; 0 without rows. */
  coverage: number;
  /** The answers that `precision` is about. For a category, these are the answers that name it, whatever the label. */
  answerCount: number;
  rightCount: number;
  /** Right answers of these answers, from 0 to 1; null without answers. */
  precision: number | null;
  /** The interval that holds the precision in 95 of 100 cases. */
  precisionInterval: [low: number, high: number];
}

/** A merchant with rows that are answered wrongly or not at all. */
export interface CostlyMerchant {
  /** As merchantKey returns it. */
  merchant: string;
  rowCount: number;
  unansweredCount: number;
  wrongCount: number;
  /** The label of the most frequent wrong answer, or, if no answer is wrong, of most rows without one. */
  categoryId: number;
  /** The most frequent wrong answer; null if no answer is wrong. */
  wrongCategoryId: number | null;
}

/** How well a learned version answers, as far as the labels that it was learned from can show. */
export interface LearnedEvaluation {
  /** The precision that the answers should have together. */
  targetPrecision: number;
  overall: CoverageAndPrecision;
  categorizers: (CoverageAndPrecision & { name: string })[];
  categories: (CoverageAndPrecision & { categoryId: number })[];
  /** With ever more of the labelled rows; the last point has all. */
  learningCurve: CoverageAndPrecision[];
  costliestMerchants: CostlyMerchant[];
  /** What the version that was live before answers about labels that came after it; null without one. */
  later: (CoverageAndPrecision & { version: number }) | null;
}

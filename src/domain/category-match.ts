/** The field of a transaction in which a pattern matched. */
export type MatchedField = 'merchant_name' | 'description';

/** What is decided for one transaction. */
export interface CategoryMatch {
  categoryId: number;
  /** What the categorizer that decided calls its decisions. */
  source: string;
  /** From 0 to 1: the share of such decisions that are right, as far as is known. */
  confidence: number;
  /** Whether the confidence is too low for the target precision. The decision counts, and a person should confirm it. */
  needsReview: boolean;
  /** The pattern that matched, and where; null for other categorizers. */
  patternId: number | null;
  field: MatchedField | null;
  /** What had been learned when a categorizer that learns decided; null for others. */
  learnedVersionId: number | null;
}

/** The source of a category that a person chose. */
export const manualSource = 'manual';

/** The form of a source. A deployment may have categorizers that this code does not name. */
export const sourceFormat = /^[a-z][a-z0-9_-]{0,19}$/;

/** Rows store confidences in ten-thousandths. */
const storedUnits = 10_000;

export const toStoredConfidence = (confidence: number): number =>
  Math.round(confidence * storedUnits);

export const fromStoredConfidence = (stored: number | null): number | null =>
  stored === null ? null : stored / storedUnits;

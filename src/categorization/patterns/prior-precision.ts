import type { MatchKind } from './match-kind.ts';

/**
 * How often a match of each kind is right, before there are any labels. Measured on a large city's card purchases
 * with the starter patterns: only whole words in the merchant's name are nearly always right.
 */
const priors: Record<MatchKind, number> = {
  'merchant_name/pattern_in_text/words': 0.955,
  'merchant_name/pattern_in_text/inside': 0.4,
  'merchant_name/text_in_pattern/words': 0.59,
  'merchant_name/text_in_pattern/inside': 0.2,
  'description/pattern_in_text/words': 0.38,
  'description/pattern_in_text/inside': 0.3,
  'description/text_in_pattern/words': 0.5,
  'description/text_in_pattern/inside': 0.4,
};

/** Returns how often such a match is right, as long as there are no labels. */
export const priorPrecision = (kind: MatchKind): number => priors[kind];

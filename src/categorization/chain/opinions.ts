import type { ChainMember, Threshold, WhenUnsure } from './chain-member.ts';

/** The categorizers that are evaluated on labelled rows, in the order in which they are heard. */
export const categorizerNames = ['memory', 'patterns', 'model'] as const;
export type CategorizerName = (typeof categorizerNames)[number];

export const whenUnsure: Readonly<Record<CategorizerName, WhenUnsure>> = {
  memory: 'decides',
  patterns: 'yields',
  model: 'abstains',
};

/** The chain of these categorizers, which asks the same of each. */
export const evaluatedChain = (threshold: Threshold): ChainMember<CategorizerName>[] =>
  categorizerNames.map((name) => ({ name, whenUnsure: whenUnsure[name], ...threshold }));

/** What one categorizer says about a transaction. */
export interface Opinion {
  categoryId: number;
  /** From 0 to 1: the share of such answers that are right, as far as the labelled rows show. */
  confidence: number;
  /**
   * It has to reach the target by itself, however right other decisions are: people expect to confirm the matches of
   * weak patterns.
   */
  standsAlone?: boolean;
}

/** What each categorizer says, or null where it says nothing. */
export type Opinions = Readonly<Record<CategorizerName, Opinion | null>>;

import type { ChainMember, WhenUnsure } from './chain-member.ts';

/** The categorizers that are evaluated on labelled rows, in the order in which they are heard. */
export const categorizerNames = ['memory', 'patterns', 'model'] as const;
export type CategorizerName = (typeof categorizerNames)[number];

export const whenUnsure: Readonly<Record<CategorizerName, WhenUnsure>> = {
  memory: 'decides',
  patterns: 'yields',
  model: 'abstains',
};

/** The chain of these categorizers, with the same minimum for each. */
export const evaluatedChain = (minConfidence: number): ChainMember<CategorizerName>[] =>
  categorizerNames.map((name) => ({ name, whenUnsure: whenUnsure[name], minConfidence }));

/** What one categorizer says about a transaction. */
export interface Opinion {
  categoryId: number;
  /** From 0 to 1: the share of such answers that are right, as far as the labelled rows show. */
  confidence: number;
}

/** What each categorizer says, or null where it says nothing. */
export type Opinions = Readonly<Record<CategorizerName, Opinion | null>>;

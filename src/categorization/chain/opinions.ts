/** The categorizers of the chain, in the order in which they are heard. */
export const categorizerNames = ['memory', 'patterns', 'model'] as const;
export type CategorizerName = (typeof categorizerNames)[number];

/** What one categorizer says about a transaction. */
export interface Opinion {
  categoryId: number;
  /** From 0 to 1: the share of such answers that are right, as far as the labelled rows show. */
  confidence: number;
}

/** What each categorizer says, or null where it says nothing. */
export type Opinions = Readonly<Record<CategorizerName, Opinion | null>>;

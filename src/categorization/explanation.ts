import type { MatchedField } from '../domain/category-match.ts';

/** What explains an opinion, by the kind of categorizer that has it. */
export type Explanation =
  | { kind: 'pattern'; pattern: string; field: MatchedField }
  | { kind: 'memory'; merchant: string; rowCount: number; agreeingCount: number }
  | { kind: 'model'; words: WeighedWord[] }
  | { kind: 'llm'; merchant: string; model: string };

export interface WeighedWord {
  /** Normalised. */
  text: string;
  /** How far the word raises the score of the category above the mean of the others. */
  weight: number;
}

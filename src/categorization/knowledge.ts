import type { FoundAnswer } from '../db/language-model/merchant-answers.ts';
import type { CategorizerSetting } from '../domain/categorizer-setting.ts';
import type { CompiledPatterns } from './current-patterns.ts';
import type { KnownCategories } from './known-categories.ts';
import type { LearnedVersion } from './learned/learned-version.ts';

/** What one training learned, and the number of its version. */
export interface NumberedVersion extends LearnedVersion {
  id: number;
}

/** Everything that categorizers can know. It is of one moment, and the same for a whole chunk of rows. */
export interface Knowledge {
  /** How categorizers take part; one that is missing here has its default. */
  settings: ReadonlyMap<string, CategorizerSetting>;
  /** The live version; null if nothing was learned. */
  learned: NumberedVersion | null;
  categories: KnownCategories;
  /** Compiles the patterns if they changed, which takes time and memory. */
  patterns(): Promise<CompiledPatterns>;
  /**
   * Finds what a language model said about merchants, as normalizeMerchant returns them; null if it never said anything,
   * so that nobody normalises merchants for nothing.
   */
  merchantAnswers:
    | ((merchants: readonly string[]) => Promise<ReadonlyMap<string, FoundAnswer>>)
    | null;
}

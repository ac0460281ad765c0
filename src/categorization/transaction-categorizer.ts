import type { CategorizerMode } from '../domain/categorizer-setting.ts';
import type { CategorizableTransaction } from './categorizable-transaction.ts';
import type { CategorizerOpinion } from './categorizer-opinion.ts';
import type { WhenUnsure } from './chain/chain-member.ts';
import type { Explanation } from './explanation.ts';
import type { Knowledge } from './knowledge.ts';

/** Has opinions about the category of transactions. It never writes, so it may be asked at any time. */
export interface TransactionCategorizer {
  /** Its permanent name in the API. */
  readonly name: string;
  /** Its permanent name on the rows that it decides: at most 20 lower-case letters, digits, hyphens and underscores. */
  readonly source: string;
  /** How it takes part until somebody chooses. */
  readonly defaultMode: CategorizerMode;
  /** What becomes of an opinion whose confidence is too low for the target. */
  readonly whenUnsure: WhenUnsure;

  /** Returns an opinion or null for each transaction, in the order of the input. */
  categorize(
    transactions: readonly CategorizableTransaction[],
    knowledge: Knowledge,
  ): Promise<(CategorizerOpinion | null)[]>;

  /** Returns what explains its opinion about a transaction; null if it has none. */
  explain?(
    transaction: CategorizableTransaction,
    knowledge: Knowledge,
  ): Promise<Explanation | null>;
}

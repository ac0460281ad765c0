import type { CategorizableTransaction } from '../categorizable-transaction.ts';
import type { CategorizerOpinion } from '../categorizer-opinion.ts';
import { whenUnsure } from '../chain/opinions.ts';
import type { Explanation } from '../explanation.ts';
import type { Knowledge, NumberedVersion } from '../knowledge.ts';
import { TimeSlices } from '../time-slices.ts';
import type { TransactionCategorizer } from '../transaction-categorizer.ts';
import { RecentResults } from './recent-results.ts';

/** Transactions between two looks at the clock. */
const rowsPerPause = 200;

/** Knows which category people gave a merchant. */
export class MemoryCategorizer implements TransactionCategorizer {
  readonly name = 'memory';
  readonly source = 'memory';
  readonly defaultMode = 'shadow';
  readonly whenUnsure = whenUnsure.memory;
  /** Normalising a merchant takes most of the time, and few merchants have many rows. */
  readonly #opinions = new WeakMap<NumberedVersion, RecentResults<CategorizerOpinion | null>>();

  async categorize(
    transactions: readonly CategorizableTransaction[],
    { learned }: Knowledge,
  ): Promise<(CategorizerOpinion | null)[]> {
    if (learned === null) return transactions.map(() => null);
    const recent = this.#recentOf(learned);
    const opinions: (CategorizerOpinion | null)[] = [];
    const slices = new TimeSlices();
    for (const [row, { merchantName }] of transactions.entries()) {
      if (row % rowsPerPause === 0) await slices.pause();
      opinions.push(merchantName === null ? null : recent.of(merchantName));
    }
    return opinions;
  }

  async explain(
    { merchantName }: CategorizableTransaction,
    { learned }: Knowledge,
  ): Promise<Explanation | null> {
    const recollection = learned?.memory.recall(merchantName) ?? null;
    if (recollection === null) return null;
    const { merchant, rowCount, agreeingCount } = recollection;
    return { kind: 'memory', merchant, rowCount, agreeingCount };
  }

  #recentOf(learned: NumberedVersion): RecentResults<CategorizerOpinion | null> {
    let recent = this.#opinions.get(learned);
    if (recent === undefined) {
      recent = new RecentResults((merchantName) => {
        const recollection = learned.memory.recall(merchantName);
        if (recollection === null) return null;
        const { categoryId, confidence } = recollection;
        return { categoryId, confidence, learnedVersionId: learned.id };
      });
      this.#opinions.set(learned, recent);
    }
    return recent;
  }
}

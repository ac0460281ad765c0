import type { CategorizableTransaction } from '../categorizable-transaction.ts';
import type { CategorizerOpinion } from '../categorizer-opinion.ts';
import { whenUnsure } from '../chain/opinions.ts';
import type { Explanation } from '../explanation.ts';
import type { Knowledge } from '../knowledge.ts';
import { TimeSlices } from '../time-slices.ts';
import type { TransactionCategorizer } from '../transaction-categorizer.ts';
import { explainPrediction } from './explain-prediction.ts';

/** Transactions between two looks at the clock, of some 20 µs each. */
const rowsPerPause = 100;

/** Recognizes categories by the words of merchants and descriptions. */
export class ModelCategorizer implements TransactionCategorizer {
  readonly name = 'model';
  readonly source = 'model';
  readonly defaultMode = 'shadow';
  readonly whenUnsure = whenUnsure.model;

  async categorize(
    transactions: readonly CategorizableTransaction[],
    { learned }: Knowledge,
  ): Promise<(CategorizerOpinion | null)[]> {
    const model = learned?.model ?? null;
    if (learned === null || model === null) return transactions.map(() => null);
    const opinions: (CategorizerOpinion | null)[] = [];
    const slices = new TimeSlices();
    for (const [row, { merchantName, description }] of transactions.entries()) {
      if (row % rowsPerPause === 0) await slices.pause();
      const prediction = model.predict(merchantName, description);
      opinions.push(prediction && { ...prediction, learnedVersionId: learned.id });
    }
    return opinions;
  }

  async explain(
    { merchantName, description }: CategorizableTransaction,
    { learned }: Knowledge,
  ): Promise<Explanation | null> {
    const model = learned?.model ?? null;
    if (model === null) return null;
    return { kind: 'model', words: explainPrediction(model, merchantName, description) };
  }
}

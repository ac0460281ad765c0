import type { CategorizableTransaction } from '../categorizable-transaction.ts';
import type { CategorizerOpinion } from '../categorizer-opinion.ts';
import type { Explanation } from '../explanation.ts';
import type { Knowledge } from '../knowledge.ts';
import { normalizeMerchant } from '../normalize-merchant.ts';
import { TimeSlices } from '../time-slices.ts';
import type { TransactionCategorizer } from '../transaction-categorizer.ts';
import { correctedConfidence } from './corrected-confidence.ts';

/** Transactions between two looks at the clock. */
const rowsPerPause = 200;

/** Knows what a language model said about merchants. It never asks one: that happens after the batch. */
export class LlmCategorizer implements TransactionCategorizer {
  readonly name = 'llm';
  readonly source = 'llm';
  readonly defaultMode = 'shadow';
  readonly whenUnsure = 'abstains';

  async categorize(
    transactions: readonly CategorizableTransaction[],
    { merchantAnswers }: Knowledge,
  ): Promise<(CategorizerOpinion | null)[]> {
    if (merchantAnswers === null) return transactions.map(() => null);
    const merchants: (string | null)[] = [];
    const slices = new TimeSlices();
    for (const [row, { merchantName }] of transactions.entries()) {
      if (row % rowsPerPause === 0) await slices.pause();
      merchants.push(normalizeMerchant(merchantName));
    }
    const distinct = new Set(merchants.filter((merchant) => merchant !== null));
    const answers = await merchantAnswers([...distinct]);
    return merchants.map((merchant) => {
      const answer = merchant === null ? undefined : answers.get(merchant);
      if (answer === undefined) return null;
      const { categoryId, confidence } = answer;
      return { categoryId, confidence: correctedConfidence(confidence, answer) };
    });
  }

  async explain(
    { merchantName }: CategorizableTransaction,
    { merchantAnswers }: Knowledge,
  ): Promise<Explanation | null> {
    const merchant = normalizeMerchant(merchantName);
    if (merchant === null || merchantAnswers === null) return null;
    const answer = (await merchantAnswers([merchant])).get(merchant);
    return answer === undefined ? null : { kind: 'llm', merchant, model: answer.model };
  }
}

import type { CategorizableTransaction } from '../categorizable-transaction.ts';
import type { Explanation } from '../explanation.ts';
import type { Knowledge } from '../knowledge.ts';
import { normalizeMerchant } from '../normalize-merchant.ts';
import type { CategorizerOpinion, TransactionCategorizer } from '../transaction-categorizer.ts';

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
    const merchants = transactions.map(({ merchantName }) => normalizeMerchant(merchantName));
    const distinct = [...new Set(merchants)].filter((merchant) => merchant !== null);
    const answers = new Map(
      (await merchantAnswers(distinct)).map(({ merchant, categoryId, confidence }) => [
        merchant,
        { categoryId, confidence },
      ]),
    );
    return merchants.map((merchant) => answers.get(merchant ?? '') ?? null);
  }

  async explain(
    { merchantName }: CategorizableTransaction,
    { merchantAnswers }: Knowledge,
  ): Promise<Explanation | null> {
    const merchant = normalizeMerchant(merchantName);
    const [answer] = merchant === null ? [] : await merchantAnswers([merchant]);
    return answer === undefined || merchant === null
      ? null
      : { kind: 'llm', merchant, model: answer.model };
  }
}

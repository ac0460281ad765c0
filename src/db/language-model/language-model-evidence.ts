import { isDeepStrictEqual } from 'node:util';
import type { Database } from '../connection/database.ts';

/** A row that a person gave a category, with the texts that a categorizer sees. */
export interface LabelledMerchantName {
  transactionId: number;
  merchantName: string;
  categoryId: number;
}

/**
 * Rows that are set by hand to a category and have a merchant, from an id on, in the order of their ids. Those that were
 * accepted at once with other groups are left out: nobody need have looked at them, and the suggestion may have been the
 * language model's own.
 */
export async function loadLabelledNames(
  database: Database,
  firstId: number,
  limit: number,
): Promise<LabelledMerchantName[]> {
  return database('labels as l')
    .join('transactions as t', 't.id', 'l.transaction_id')
    .where('l.transaction_id', '>=', firstId)
    .where('t.category_source', 'manual')
    .whereNotNull('t.category_id')
    .whereNotNull('t.merchant_name')
    .whereRaw(
      'NOT EXISTS (SELECT FROM acceptances a WHERE a.id = l.acceptance_id AND a.group_count > 1)',
    )
    .orderBy('l.transaction_id')
    .limit(limit)
    .select<LabelledMerchantName[]>('l.transaction_id', 't.merchant_name', 't.category_id');
}

/** Answers that were right, and all answers, of the merchants with a stated confidence in a tenth. */
export interface TenthEvidence {
  statedTenth: number;
  answerCount: number;
  rightCount: number;
}

const tenths = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

const find = (evidence: readonly TenthEvidence[], tenth: number): TenthEvidence | undefined =>
  evidence.find(({ statedTenth }) => statedTenth === tenth);

/** Answers that somebody rejected as suggestions: so many were wrong, and none was right. */
export async function countRejectedAnswers(database: Database): Promise<TenthEvidence[]> {
  return database('merchant_answers')
    .where({ is_rejected: true })
    .groupByRaw('1')
    .select<TenthEvidence[]>(
      database.raw('least(9, floor(confidence * 10))::integer AS stated_tenth'),
      database.raw('count(*)::integer AS answer_count'),
      database.raw('0 AS right_count'),
    );
}

/** Answers about which the evidence has changed get another chance with the rows that wait. */
export async function replaceEvidence(
  database: Database,
  evidence: readonly TenthEvidence[],
): Promise<void> {
  await database.transaction(async (trx) => {
    const before = await trx('language_model_evidence').select<TenthEvidence[]>('*');
    const changed = tenths.filter(
      (tenth) => !isDeepStrictEqual(find(before, tenth), find(evidence, tenth)),
    );
    await trx('merchant_answers')
      .where({ is_applied: true })
      .whereRaw('least(9, floor(confidence * 10)) = ANY (?::integer[])', [changed])
      .update({ is_applied: false });
    // Readers see the former evidence until this is committed.
    await trx('language_model_evidence').delete();
    if (evidence.length > 0)
      await trx('language_model_evidence').insert(
        evidence.map(({ statedTenth, answerCount, rightCount }) => ({
          stated_tenth: statedTenth,
          answer_count: answerCount,
          right_count: rightCount,
        })),
      );
  });
}

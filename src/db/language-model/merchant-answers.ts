import type { Database } from '../connection/database.ts';

export interface StoredAnswer {
  merchant: string;
  /** Null for "none". */
  categoryId: number | null;
  /** As the model stated it. */
  confidence: number;
  model: string;
}

/**
 * Keeps an answer, so that the merchant is not asked about again. One whose category was deleted meanwhile is not kept:
 * the merchant is asked about once more, with the categories that there are then.
 */
export async function storeAnswer(database: Database, answer: StoredAnswer): Promise<void> {
  const { merchant, categoryId, confidence, model } = answer;
  await database.transaction(async (trx) => {
    if (categoryId !== null) {
      const category = await trx('categories').where({ id: categoryId }).forKeyShare().first('id');
      if (category === undefined) return;
    }
    await trx('merchant_answers')
      .insert({
        merchant,
        category_id: categoryId,
        confidence,
        model,
        is_rejected: trx.raw(
          'EXISTS (SELECT FROM rejected_suggestions WHERE category_id = ? AND ? = ANY (merchants))',
          [categoryId, merchant],
        ),
      })
      .onConflict('merchant')
      .ignore();
    await trx('merchant_questions').where({ merchant }).delete();
  });
}

export interface FoundAnswer extends StoredAnswer {
  categoryId: number;
  /** Of labelled merchants with a similar stated confidence. */
  answerCount: number;
  rightCount: number;
}

/** The answers that name a category and were not rejected, by merchant, each with the evidence about answers like it. */
export async function findAnswers(
  database: Database,
  merchants: readonly string[],
): Promise<Map<string, FoundAnswer>> {
  const rows = await database('merchant_answers as a')
    .leftJoin('language_model_evidence as e', (join) =>
      join.on('e.stated_tenth', database.raw('least(9, floor(a.confidence * 10))')),
    )
    .whereRaw('a.merchant = ANY (?)', [merchants as string[]])
    .whereNotNull('a.category_id')
    .where('a.is_rejected', false)
    .select<FoundAnswer[]>(
      'a.merchant',
      'a.category_id',
      'a.confidence',
      'a.model',
      database.raw('coalesce(e.answer_count, 0) AS answer_count'),
      database.raw('coalesce(e.right_count, 0) AS right_count'),
    );
  return new Map(rows.map((row) => [row.merchant, row]));
}

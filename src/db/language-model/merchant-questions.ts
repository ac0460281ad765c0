import type { Database } from '../connection/database.ts';

/** For so long nobody else asks about a merchant: longer than a call may take. */
const leaseSeconds = 900;
/** For so long nobody asks again about a merchant for which something came back that is no answer. */
const unreadableSeconds = 86_400;
/** The pause after a call about a merchant to which nothing came back. Each time it is twice as long, up to a day. */
const unansweredSeconds = 600;
const maxUnansweredSeconds = 86_400;
/** After so many unreadable answers, a merchant counts as answered with "none". */
const maxUnreadable = 3;

export interface MerchantQuestion {
  merchant: string;
  rowCount: number;
}

/** Of some merchants, those that were never answered. */
export async function notAnswered(
  database: Database,
  merchants: readonly string[],
): Promise<Set<string>> {
  const answered: string[] = await database('merchant_answers')
    .whereRaw('merchant = ANY (?)', [merchants as string[]])
    .pluck('merchant');
  return new Set(merchants).difference(new Set(answered));
}

/**
 * Replaces the questions: the rows of earlier ones may have got a category since. One that was asked before, and is put
 * off, keeps its place without rows, so that it is not asked unless it comes up again, and what went wrong stays counted.
 */
export async function storeQuestions(
  database: Database,
  questions: readonly MerchantQuestion[],
): Promise<void> {
  await database.transaction(async (trx) => {
    await trx('merchant_questions').whereNull('not_before').delete();
    await trx('merchant_questions').where('row_count', '>', 0).update({ row_count: 0 });
    await trx.raw(
      `INSERT INTO merchant_questions (merchant, row_count)
         SELECT merchant, row_count FROM unnest(?::text[], ?::integer[]) AS v (merchant, row_count)
          WHERE NOT EXISTS (SELECT FROM merchant_answers a WHERE a.merchant = v.merchant)
          ORDER BY merchant
       ON CONFLICT (merchant) DO UPDATE SET row_count = excluded.row_count`,
      [questions.map(({ merchant }) => merchant), questions.map(({ rowCount }) => rowCount)],
    );
  });
}

/** Takes the question with the most rows, which nobody else gets for a while. Null when none is left. */
export async function takeQuestion(database: Database): Promise<string | null> {
  const { rows } = await database.raw<{ rows: { merchant: string }[] }>(
    `UPDATE merchant_questions SET not_before = now() + make_interval(secs => ?)
      WHERE merchant = (
        SELECT merchant FROM merchant_questions
         WHERE row_count > 0 AND (not_before IS NULL OR not_before < now())
         ORDER BY row_count DESC, merchant LIMIT 1 FOR UPDATE SKIP LOCKED)
     RETURNING merchant`,
    [leaseSeconds],
  );
  return rows[0]?.merchant ?? null;
}

/** Puts a question back that was not asked, or not answered. */
export async function putQuestionBack(database: Database, merchant: string): Promise<void> {
  await database('merchant_questions').where({ merchant }).update({ not_before: null });
}

/**
 * Puts off a question to which nothing came back: it may be the merchant's fault, or that of the endpoint. Others are
 * asked meanwhile.
 */
export async function postponeUnanswered(database: Database, merchant: string): Promise<void> {
  await database('merchant_questions')
    .where({ merchant })
    .update({
      not_before: database.raw(
        'now() + make_interval(secs => least(?, ? * 2 ^ least(unanswered_count, 20)))',
        [maxUnansweredSeconds, unansweredSeconds],
      ),
      unanswered_count: database.raw('least(unanswered_count + 1, 1000)'),
    });
}

/** Puts off, until tomorrow, a question to which something came back that is no answer. */
export async function postponeUnreadable(database: Database, merchant: string): Promise<void> {
  await database('merchant_questions')
    .where({ merchant })
    .update({ not_before: database.raw('now() + make_interval(secs => ?)', [unreadableSeconds]) });
}

/** Counts one more unreadable answer about each merchant. Returns those for which it has happened too often. */
export async function countUnreadable(
  database: Database,
  merchants: readonly string[],
): Promise<string[]> {
  const counted = await database('merchant_questions')
    .whereRaw('merchant = ANY (?)', [merchants as string[]])
    .update({ unreadable_count: database.raw('unreadable_count + 1') })
    .returning<{ merchant: string; unreadableCount: number }[]>(['merchant', 'unreadable_count']);
  return counted
    .filter(({ unreadableCount }) => unreadableCount >= maxUnreadable)
    .map(({ merchant }) => merchant);
}

import type { Database } from './database.ts';

export interface UncategorizedText {
  /** The merchant's name as sent, or the description of rows without one. */
  text: string;
  currency: string;
  transactionCount: number;
  /** PostgreSQL's text of numeric: the sum of all amounts, spend and income. */
  amount: string;
}

/**
 * Completed rows without a category, added up by their text and currency; rows that were left without
 * one by hand are settled, and stay out. Reads the whole table once (there is no index on the
 * category, which would cost more at every update than this does now and then).
 */
export async function listUncategorizedTexts(database: Database): Promise<UncategorizedText[]> {
  return database.transaction(
    async (trx) => {
      // Enough for some 200,000 texts, which would otherwise be added up on disk.
      await trx.raw(`SET LOCAL work_mem = '64MB'`);
      const result = await trx.raw<{ rows: UncategorizedText[] }>(
        `SELECT coalesce(merchant_name, description) AS text, currency,
                count(*) AS "transactionCount", sum(amount) AS amount
           FROM transactions
          WHERE category_id IS NULL AND category_source IS NULL AND ingestion_status = 'completed'
            AND coalesce(merchant_name, description) IS NOT NULL
          GROUP BY 1, 2`,
      );
      return result.rows;
    },
    { readOnly: true },
  );
}

import type { Transaction } from '../connection/database.ts';

export interface StoredLabel {
  id: number;
  merchantName: string | null;
  description: string | null;
  categoryId: number;
  labelledAt: Date;
  /** Whether it was accepted at once with other groups, so that nobody need have looked at it. */
  isUnseen: boolean;
}

/** Rows fetched at once: some milliseconds, and at most some megabytes of texts. */
const rowsPerFetch = 1_000;

/**
 * Yields labels, the newest first, of rows that are still set by hand, and have a category.
 *
 * @param trx its snapshot is what all rows are read from
 */
export async function* loadLabelledRows(
  trx: Transaction,
  maxRows: number,
): AsyncGenerator<StoredLabel[]> {
  await trx.raw(
    `DECLARE labelled NO SCROLL CURSOR FOR
     SELECT t.id, t.merchant_name AS "merchantName", t.description, t.category_id AS "categoryId", l.labelled_at AS "labelledAt",
            EXISTS (SELECT FROM acceptances a WHERE a.id = l.acceptance_id AND a.group_count > 1) AS "isUnseen"
       FROM labels l JOIN transactions t ON t.id = l.transaction_id
      WHERE t.category_source = 'manual' AND t.category_id IS NOT NULL
      ORDER BY l.labelled_at DESC, l.transaction_id DESC
      LIMIT ${Math.floor(maxRows)}`,
  );
  for (;;) {
    const { rows } = await trx.raw<{ rows: StoredLabel[] }>(`FETCH ${rowsPerFetch} FROM labelled`);
    if (rows.length === 0) break;
    yield rows;
  }
  await trx.raw('CLOSE labelled');
}

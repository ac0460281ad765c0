import type { Database } from '../connection/database.ts';

export interface StoredDecisionAndLabel {
  merchantName: string | null;
  description: string | null;
  source: string;
  decidedCategoryId: number;
  categoryId: number | null;
}

/** Newer ones say more about how right decisions are now, and more would take other requests their time. */
const maxDecisions = 10_000;
/** Longer texts say no more about which merchant it is. */
const maxCharacters = 200;

/**
 * The newest decisions that counted without review, that people confirmed or corrected, and whose rows are still set by
 * hand. What needed review was not to be right.
 */
export async function listConfirmedDecisions(
  database: Database,
): Promise<StoredDecisionAndLabel[]> {
  const { rows } = await database.raw<{ rows: StoredDecisionAndLabel[] }>(
    `SELECT left(t.merchant_name, ${maxCharacters}) AS "merchantName", left(t.description, ${maxCharacters}) AS description,
            l.decided_source AS source, coalesce(m.into_id, l.decided_category_id) AS "decidedCategoryId",
            t.category_id AS "categoryId"
       FROM (SELECT * FROM labels
              WHERE decided_source IS NOT NULL AND decided_category_id IS NOT NULL AND needed_review IS NOT TRUE
              ORDER BY labelled_at DESC LIMIT ${maxDecisions}) AS l
       JOIN transactions t ON t.id = l.transaction_id
       LEFT JOIN category_merges m ON m.from_id = l.decided_category_id
      WHERE t.category_source = 'manual'`,
  );
  return rows;
}

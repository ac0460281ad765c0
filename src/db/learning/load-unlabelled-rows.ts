import type { Transaction } from '../connection/database.ts';

export interface UnlabelledRow {
  id: number;
  merchantName: string | null;
  description: string | null;
}

/** Bounds the search if nearly all newest rows were set by hand. */
const maxIdsSearched = 1_000_000;

/** Returns the newest rows that nobody set by hand, at most `limit` of those before an id. */
export async function loadUnlabelledRows(
  trx: Transaction,
  beforeId: number | null,
  limit: number,
): Promise<UnlabelledRow[]> {
  const { rows } = await trx.raw<{ rows: UnlabelledRow[] }>(
    `SELECT id, merchant_name AS "merchantName", description
       FROM transactions
      WHERE category_source IS DISTINCT FROM 'manual'
        AND id > (SELECT coalesce(max(id), 0) - ${maxIdsSearched} FROM transactions)
        AND id < coalesce(?::bigint, 9223372036854775807)
      ORDER BY id DESC LIMIT ?`,
    [beforeId, limit],
  );
  return rows;
}
